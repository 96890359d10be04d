"""The archive on this computer: checked, and made only where it is not there."""

import errno
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from picluster.artefacts.archive import Archive
from picluster.artefacts.build import build, room
from picluster.artefacts.errors import ArtefactError


def obtain(archive: Archive, store: Path, progress: Callable[[str], None]) -> Path:
    """The archive's file in the store, proven to be the pinned one.

    + store: folder on this computer; made when missing
    + progress: is given what happens, in words

    Maven or pip run only where the file is not there. Two runs at once do not spoil each other: the
    second waits. Raises ArtefactError.
    """
    try:
        store.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(store, progress):
            file = store / archive.file_name
            if not file.exists():
                _make(archive, file, progress)
            elif (found := sum_of(file)) != archive.sha256:
                raise ArtefactError(
                    f"{file} is damaged: its SHA-256 is {found}, and {archive.sha256} is pinned. "
                    f"Delete it, and run again: it is made anew. rm '{file}'"
                )
    except OSError as error:
        raise ArtefactError(_trouble(error, store, archive)) from None
    return file


def sum_of(file: Path) -> str:
    """The SHA-256 of a file's content."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _make(archive: Archive, file: Path, progress: Callable[[str], None]) -> None:
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".making-") as folder:
        made = Path(folder) / file.name
        found = build(archive, made, progress)
        if found != archive.sha256:
            raise ArtefactError(
                f"the archive of {archive.name} {archive.version} came out with the SHA-256 "
                f"{found}, and {archive.sha256} is pinned, though all that it is made of is right. "
                "This project was changed without pinning anew: see docs/artefacts.md"
            )
        with made.open("rb") as content:
            os.fsync(content.fileno())
        made.replace(file)
    progress(f"{file.name} is made, {archive.size // 10**6} MB")


@contextmanager
def _alone(store: Path, progress: Callable[[str], None]) -> Iterator[None]:
    """Waits until no other run works on the store."""
    handle = os.open(store, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("Another run is at it; waiting for that one")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        # By itself: gevent, which pyinfra brings in, may close a file only some time later.
        fcntl.flock(handle, fcntl.LOCK_UN)
        os.close(handle)


def _trouble(error: OSError, store: Path, archive: Archive) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        need = room(archive) // 10**6
        return (
            f"the disk of {store} on this computer is full: {archive.name} takes {need} MB there "
            "while it is packed. Free some, and run again"
        )
    return f"{error.filename or store} cannot be used: {error.strerror}"
