"""The sums of jars: Maven does not notice when a jar in the local repository was changed."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from picluster.artefacts.errors import ArtefactError

LOCK = "jars.sha256"
"""In a recipe's folder; as sha256sum writes and checks it."""


def read_lock(file: Path) -> dict[str, str]:
    """The SHA-256 of each jar by its name. Raises ArtefactError for a line that is none."""
    sums: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r"([0-9a-f]{64})  ([A-Za-z0-9_][A-Za-z0-9._+-]*\.jar)", line, re.ASCII)
        if match is None or match[2] in sums:
            raise ArtefactError(f"{file}: {line!r} is no sum and name of a jar, or a second one")
        sums[match[2]] = match[1]
    return sums


def checked_jars(folder: Path, lock: Mapping[str, str]) -> dict[str, bytes]:
    """The content of each jar of the lock, as it was checked.

    Raises ArtefactError that names every jar that differs, is missing, or is in no lock.
    """
    found = {path.name: path.read_bytes() for path in sorted(folder.glob("*"))}
    different = [
        name
        for name, content in found.items()
        if name in lock and hashlib.sha256(content).hexdigest() != lock[name]
    ]
    problems = []
    if different:
        problems.append(
            f"{', '.join(different)}: another SHA-256 than in {LOCK}, so changed since it was "
            "published, or damaged. Delete it from Maven's local repository and run again: "
            + "; ".join(f"find ~/.m2/repository -name '{name}' -delete" for name in different)
        )
    if missing := sorted(lock.keys() - found.keys()):
        problems.append(f"{', '.join(missing)}: Maven did not copy it, though {LOCK} lists it")
    if unknown := sorted(found.keys() - lock.keys()):
        problems.append(f"{', '.join(unknown)}: copied by Maven, and not in {LOCK}")
    if problems:
        raise ArtefactError("; and ".join(problems))
    return found


def write_lock(file: Path, folder: Path) -> None:
    """Pins the jars of a folder as they are."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.glob("*.jar"))
    ]
    file.write_text("".join(lines), encoding="utf-8")
