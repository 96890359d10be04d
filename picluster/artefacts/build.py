"""Archives, made of what the registries have."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from picluster.artefacts import contents, sdist
from picluster.artefacts.archive import Archive, recipe
from picluster.artefacts.lock import LOCK, checked_jars, read_lock
from picluster.artefacts.maven import copy_jars
from picluster.artefacts.pip import download
from picluster.artefacts.tar import Member, tar

Progress = Callable[[str], None]


def build(archive: Archive, file: Path, progress: Progress) -> str:
    """Writes the archive to a file and returns its SHA-256. Raises ArtefactError and OSError."""
    summed = hashlib.sha256()
    with (
        tempfile.TemporaryDirectory(dir=file.parent, prefix=".parts-") as folder,
        file.open("wb") as target,
    ):
        for part in tar(_MEMBERS[archive.name](archive, Path(folder), progress)):
            summed.update(part)
            target.write(part)
    return summed.hexdigest()


def _hadoop(archive: Archive, folder: Path, progress: Progress) -> Iterator[Member]:
    lock = read_lock(recipe(archive.name) / LOCK)
    progress(f"Maven gets the {len(lock)} jars of {archive.name} {archive.version}")
    copy_jars(recipe(archive.name) / "pom.xml", folder)
    jars = checked_jars(folder, lock)
    progress(f"All jars have the sums of {LOCK}; packing them")
    yield from contents.contents(archive, jars)


def _spark(archive: Archive, folder: Path, progress: Progress) -> Iterator[Member]:
    progress(f"pip gets pyspark {archive.version}, about 450 MB; a part of it is {archive.name}")
    file = download(recipe(archive.name, archive.version) / REQUIREMENTS, folder)
    progress("It has the pinned sum; packing what boards need of it")
    yield from sdist.contents(archive, file)


def room(archive: Archive) -> int:
    """Bytes that building it takes where it is built, with the archive itself."""
    return _FOLDS[archive.name] * archive.size


REQUIREMENTS = "requirements.txt"
"""In a recipe's folder: a package with its version and sum, in pip's own form."""

_MEMBERS: dict[str, Callable[[Archive, Path, Progress], Iterator[Member]]] = {
    "hadoop": _hadoop,
    "spark": _spark,
}

# Hadoop: the jars, and the archive. Spark: pip holds the sdist packed and unpacked, or twice.
_FOLDS = {"hadoop": 2, "spark": 5}
