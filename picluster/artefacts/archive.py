"""Archives, known by their sums before anything is fetched."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive that boards unpack to a folder below /opt."""

    name: str
    version: str
    sha256: str
    size: int
    """Bytes; unpacked it takes about as much, since it is not compressed."""

    def __post_init__(self) -> None:
        """Refuses what could mean another path on a board than it says."""
        for text, pattern in (
            (self.name, "[a-z][a-z0-9]*"),
            (self.version, r"[A-Za-z0-9]+([.][A-Za-z0-9]+)*"),
            (self.sha256, "[0-9a-f]{64}"),
        ):
            if not re.fullmatch(pattern, text, re.ASCII):
                message = f"{text!r} belongs to no archive"
                raise ValueError(message)

    @property
    def folder_name(self) -> str:
        """Its folder on a board; another content never has the same."""
        return f"{self.name}-{self.version}-{self.sha256[:12]}"

    @property
    def file_name(self) -> str:
        """Its file, on the controller as on a board."""
        return f"{self.folder_name}.tar"

    def to_json(self) -> dict[str, str | int]:
        """What `pyinfra … --json` shows of it."""
        return asdict(self)


def recipe(name: str, version: str = "") -> Path:
    """The folder of this project with the list and the sums of an archive's contents.

    + version: where an archive is pinned in several
    """
    return FOLDER / name / version


def pinned(name: str, version: str = "") -> Archive:
    """The archive as it is pinned in this project."""
    file = recipe(name, version) / "archive.json"
    return Archive(**json.loads(file.read_text(encoding="utf-8")))


HADOOP = pinned("hadoop")
"""The servers of HDFS, YARN and MapReduce, without a native library of their own."""

SPARK: Mapping[str, Archive] = MappingProxyType(
    {version: pinned("spark", version) for version in ("4.2.1", "4.3.0")}
)
"""Spark for YARN by its version, with Python's and SQL's commands."""
