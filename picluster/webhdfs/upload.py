"""Files and folders of this computer into HDFS."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.filesize import decimal

from picluster.webhdfs.client import CHUNK, WebHdfs
from picluster.webhdfs.errors import AlreadyThereError, NoRoomError, NotThereError, WebHdfsError
from picluster.webhdfs.progress import Meter
from picluster.webhdfs.status import FileStatus

HDFS_SPECIAL = ":"
"""What HDFS takes in no name."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and where it goes, or an empty folder."""

    local: Path
    target: str
    size: int
    """In bytes; -1 for a folder."""

    @property
    def is_folder(self) -> bool:
        """Whether only a folder is to be made."""
        return self.size < 0


def upload(
    hdfs: WebHdfs,
    locals_: Sequence[Path],
    target: str,
    *,
    replication: int,
    force: bool,
    tell: Callable[[str], None],
) -> None:
    """Copies files, and folders with all in them. Raises WebHdfsError before anything is sent
    where that is known by then; each file is there whole or not at all.

    + target: a folder that is there or ends in /; else the new name of the only file or folder
    + replication: copies that HDFS keeps of what is written
    + force: overwrite files
    """
    whole = list(_uploads(hdfs, locals_, target))
    _check(hdfs, whole, replication, force)
    with Meter(sum(max(one.size, 0) for one in whole)) as meter:
        for one in whole:
            if one.is_folder:
                hdfs.mkdirs(one.target)
                continue
            pieces = meter.passing(_pieces(one.local), one.local.name)
            length = hdfs.put(one.target, pieces, overwrite=force)
            tell(f"{one.local} -> {one.target} ({decimal(length)})")


def _uploads(hdfs: WebHdfs, locals_: Sequence[Path], target: str) -> Iterator[Upload]:
    place = hdfs.absolute(target)
    found = hdfs.status(place)
    into = target.endswith("/") or (found is not None and found.is_folder)
    if not into and len(locals_) > 1:
        raise _no_folder(place, target, found)
    if found is None and not into:
        parent = hdfs.status(place.rpartition("/")[0] or "/")
        if parent is None:
            raise NotThereError(
                f"there is no folder {place.rpartition('/')[0]} in HDFS; it is made when the "
                "target is a folder and ends in /"
            )
    for local in locals_:
        # A link by its own name, and not as what it leads to.
        name = Path(os.path.abspath(local)).name
        yield from _tree(local, f"{place}/{name}" if into else place)


def _no_folder(place: str, target: str, found: FileStatus | None) -> WebHdfsError:
    if found is None:
        return NotThereError(
            f"there is no folder {place} in HDFS for several files; with a / at its end it is "
            f"made: {target}/"
        )
    return AlreadyThereError(f"{place} is a file in HDFS; several files need a folder")


def _tree(local: Path, target: str) -> Iterator[Upload]:
    """A file, or a folder with all in it; links to folders are left out, since they may circle."""
    try:
        status = local.stat()
        if stat.S_ISREG(status.st_mode):
            _check_name(local)
            yield Upload(local, target, status.st_size)
        elif stat.S_ISDIR(status.st_mode):
            yield Upload(local, target, -1)
            for entry in sorted(os.scandir(local), key=lambda entry: entry.name):
                if not (entry.is_symlink() and entry.is_dir()):
                    _check_name(Path(entry.path))
                    yield from _tree(Path(entry.path), f"{target}/{entry.name}")
        else:
            raise WebHdfsError(f"{local} is neither a file nor a folder")
    except OSError as error:
        raise WebHdfsError(f"{error.filename} cannot be read: {error.strerror}") from None


def _check_name(local: Path) -> None:
    name = local.name
    if HDFS_SPECIAL in name:
        raise WebHdfsError(f"HDFS takes no ':' in a name; rename {str(local)!r}")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise WebHdfsError(f"HDFS takes only names in UTF-8; rename {str(local)!r}") from None


def _check(hdfs: WebHdfs, whole: Sequence[Upload], replication: int, force: bool) -> None:
    sources: dict[str, Path] = {}
    for one in whole:
        other = sources.setdefault(one.target, one.local)
        if other != one.local:
            raise AlreadyThereError(
                f"{other} and {one.local} would both become {one.target}; rename one, or send them "
                "to different folders"
            )
        found = hdfs.status(one.target)
        if found is None:
            continue
        if found.is_folder != one.is_folder:
            kind = "folder" if found.is_folder else "file"
            raise AlreadyThereError(f"{one.target} is a {kind} in HDFS; remove it, or rename")
        if not one.is_folder and not force:
            raise AlreadyThereError(f"{one.target} is in HDFS already; --force overwrites it")
    size = sum(max(one.size, 0) for one in whole)
    if size * replication > (free := hdfs.free_bytes()):
        raise NoRoomError(
            f"HDFS has {decimal(free)} left on its DataNodes; this takes {decimal(size)} "
            f"{replication} times. Remove what is not needed: hdfs dfs -rm -r -skipTrash PATH"
        )


def _pieces(local: Path) -> Iterator[bytes]:
    with local.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece
