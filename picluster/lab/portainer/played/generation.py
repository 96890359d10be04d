"""Which version of Portainer is played, and what that version does."""

import os
import re
from pathlib import Path

from .fatal import fatal

VERSION_FILE = Path("/version")
API_OF_AGENT = "2"


def played_version() -> str:
    """The version baked into the image, or that of the environment. Raises FatalError."""
    version = os.environ.get("PLAYED_VERSION")
    if version is None:
        if not VERSION_FILE.exists():
            raise fatal(f"no version to play: set PLAYED_VERSION or write {VERSION_FILE}")
        version = VERSION_FILE.read_text()
    version = version.strip()
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise fatal(f"the version to play is no version: {version!r}")
    return version


def numbers(version: str) -> tuple[int, ...]:
    """A version's parts, to be compared."""
    return tuple(int(part) for part in version.split("."))


def has_setup_token(version: str) -> bool:
    """Whether a new instance wants a token from whom makes the first administrator."""
    return numbers(version) >= (2, 43)


def has_server_certificate_flags(version: str) -> bool:
    """Whether --tlscert and --tlskey are the server's own certificate."""
    return numbers(version) >= (2, 40)
