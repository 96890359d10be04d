"""What of pyspark's sdist lies where in the archive of Spark."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

from picluster.artefacts.archive import Archive, recipe
from picluster.artefacts.errors import ArtefactError
from picluster.artefacts.tar import Member
from picluster.artefacts.tree_list import TreeList

TREE_LIST = "tree.toml"


def contents(archive: Archive, sdist: Path) -> Iterator[Member]:
    """Each file of the archive, in the sdist's order: it is read once, and one file at a time.

    Raises ArtefactError where the list of the tree does not fit the sdist.
    """
    tree = TreeList.read(recipe(archive.name) / TREE_LIST)
    yield Member("VERSION", f"{archive.version}\n".encode())
    with tarfile.open(sdist, "r|gz") as source:
        for entry in source:
            if entry.isdir():
                continue
            content = source.extractfile(entry) if entry.isfile() else None
            if content is None:
                raise ArtefactError(f"{entry.name}: no plain file, as the tree is made of")
            place = tree.place(entry.name.partition("/")[2])
            if place is not None:
                yield Member(place, content.read(), executable=bool(entry.mode & 0o100))
    tree.check_all_fitted()
