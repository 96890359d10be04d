"""The archive, made of checked jars."""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from picluster.artefacts.archive import Archive, recipe
from picluster.artefacts.contents import contents
from picluster.artefacts.lock import LOCK, checked_jars, read_lock
from picluster.artefacts.maven import copy_jars
from picluster.artefacts.tar import tar

Progress = Callable[[str], None]


def build(archive: Archive, file: Path, progress: Progress) -> str:
    """Writes the archive to a file and returns its SHA-256. Raises ArtefactError and OSError."""
    lock = read_lock(recipe(archive.name) / LOCK)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".jars-") as folder:
        progress(f"Maven gets the {len(lock)} jars of {archive.name} {archive.version}")
        copy_jars(recipe(archive.name) / "pom.xml", Path(folder))
        jars = checked_jars(Path(folder), lock)
    progress(f"All jars have the sums of {LOCK}; packing them")
    summed = hashlib.sha256()
    with file.open("wb") as target:
        for part in tar(contents(archive, jars)):
            summed.update(part)
            target.write(part)
    return summed.hexdigest()
