"""The project's own list of trusted SSH host keys, in OpenSSH's known_hosts format."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def host_field(address: str, port: int = 22) -> str:
    """How known_hosts names a host: the address alone, or `[address]:port` off port 22."""
    return address if port == 22 else f"[{address}]:{port}"


def lines_of(path: Path, host: str) -> list[str]:
    """The file's lines that speak of one host (its field as `host_field` writes it)."""
    if not path.exists():
        return []
    return [line for line in path.read_text().splitlines() if _names(line, host)]


def replace(path: Path, host: str, keys: Iterable[str]) -> None:
    """Makes `keys` ("ssh-ed25519 AAAA…") all that the file knows of a host, in one step.

    Other hosts' lines stay as they are; a run that reads the file meanwhile sees it whole.
    """
    kept = path.read_text().splitlines() if path.exists() else []
    kept = [line for line in kept if not _names(line, host)]
    kept += [f"{host} {' '.join(key.split()[:2])}" for key in keys]
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".known_hosts-")
    with os.fdopen(handle, "w") as file:
        file.write("".join(f"{line}\n" for line in kept))
    Path(temporary).replace(path)


def _names(line: str, host: str) -> bool:
    return bool(line.strip()) and line.split()[0] == host
