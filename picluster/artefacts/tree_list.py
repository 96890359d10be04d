"""The list of what of an sdist becomes an archive's tree."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import tomli

from picluster.artefacts.errors import ArtefactError


class TreeList:
    """What is taken and what is dropped; it notes which of its lines fitted a file."""

    def __init__(self, take: Mapping[str, str], drop: Iterable[str], kept: Iterable[str]) -> None:
        self._take, self._drop, self._kept = dict(take), tuple(drop), frozenset(kept)
        self._fitted: set[str] = set()

    @classmethod
    def read(cls, file: Path) -> "TreeList":
        """The list in a file, which says in itself what its lines mean."""
        data = tomli.loads(file.read_text(encoding="utf-8"))
        drop = [pattern for group in data["drop"] for pattern in group["files"]]
        kept = [path for group in data["drop"] for path in group.get("except", [])]
        return cls(data["take"], drop, kept)

    def place(self, path: str) -> str | None:
        """Where a file of the sdist goes; None where it is dropped. Raises ArtefactError."""
        dropped = [pattern for pattern in self._drop if fnmatchcase(path, pattern)]
        if dropped and path not in self._kept:
            self._fitted.update(dropped)
            return None
        for source, target in self._take.items():
            if path == source or (source.endswith("/") and path.startswith(source)):
                self._fitted.add(source)
                return target + path.removeprefix(source)
        raise ArtefactError(f"{path}: the list of the tree neither takes nor drops it")

    def check_all_fitted(self) -> None:
        """Raises ArtefactError that names each line without a file."""
        if idle := [line for line in (*self._take, *self._drop) if line not in self._fitted]:
            raise ArtefactError(f"{', '.join(idle)}: no file fits this line of the tree's list")
