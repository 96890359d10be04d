"""Files and folders of HDFS onto this computer."""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.filesize import decimal

from picluster.webhdfs.client import WebHdfs
from picluster.webhdfs.errors import AlreadyThereError, NotThereError, WebHdfsError
from picluster.webhdfs.progress import Meter
from picluster.webhdfs.status import FileStatus


@dataclass(frozen=True, slots=True)
class Download:
    """A file or folder in HDFS and where it goes."""

    source: str
    local: Path
    status: FileStatus


def download(
    hdfs: WebHdfs, source: str, local: Path, *, force: bool, tell: Callable[[str], None]
) -> None:
    """Copies a file, or a folder with all in it. Raises WebHdfsError before anything is written
    where that is known by then; each file is there whole or not at all.

    + local: a folder that is there; else the new name
    + force: overwrite files
    """
    place = hdfs.absolute(source)
    status = hdfs.status(place)
    if status is None:
        raise NotThereError(f"there is no {place} in HDFS. See what is there: picluster ls")
    try:
        target = local / (Path(place).name or "hdfs") if local.is_dir() else local
        if not target.parent.is_dir():
            raise NotThereError(
                f"there is no folder {target.parent} on this computer; make it first"
            )
        whole = list(_tree(hdfs, place, target, status))
        for one in whole:
            _check(one, force)
    except OSError as error:
        raise WebHdfsError(f"{local} cannot be looked at: {error.strerror}") from None
    with Meter(sum(one.status.length for one in whole)) as meter:
        for one in whole:
            try:
                _fetch(hdfs, one, meter)
            except OSError as error:
                raise WebHdfsError(f"{one.local} cannot be written: {error.strerror}") from None
            if not one.status.is_folder:
                tell(f"{one.source} -> {one.local} ({decimal(one.status.length)})")


def _tree(hdfs: WebHdfs, source: str, local: Path, status: FileStatus) -> Iterator[Download]:
    yield Download(source, local, status)
    if status.is_folder:
        for entry in hdfs.list(source):
            inner = f"{source.rstrip('/')}/{entry.name}"
            yield from _tree(hdfs, inner, local / entry.name, entry)


def _check(one: Download, force: bool) -> None:
    if not one.local.exists() or (one.local.is_dir() and one.status.is_folder):
        return
    if one.local.is_dir() != one.status.is_folder:
        kind = "folder" if one.local.is_dir() else "file"
        raise AlreadyThereError(f"{one.local} is a {kind} on this computer; name another place")
    if not one.local.is_file():
        raise AlreadyThereError(
            f"{one.local} is neither a file nor a folder, and stays; name another place"
        )
    if not force:
        raise AlreadyThereError(f"{one.local} is there already; --force overwrites it")


def _fetch(hdfs: WebHdfs, one: Download, meter: Meter) -> None:
    if one.status.is_folder:
        one.local.mkdir(exist_ok=True)
        return
    handle, name = tempfile.mkstemp(dir=one.local.parent, prefix=".picluster-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in meter.passing(hdfs.read(one.source), one.local.name):
                file.write(piece)
            length = file.tell()
            os.fchmod(file.fileno(), 0o666 & ~_umask())
        if length != one.status.length:
            raise WebHdfsError(
                f"{length} of {one.status.length} bytes of {one.source} came; was it changed "
                "meanwhile? Try again"
            )
        temporary.replace(one.local)
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    """What new files may not be; it can only be asked for by setting it."""
    found = os.umask(0o077)
    os.umask(found)
    return found
