"""An archive on its way from the controller to the board that offers it."""

import io
import time
from pathlib import Path

from gevent import Timeout
from paramiko import SSHException
from pyinfra import logger
from pyinfra import state as context
from pyinfra.api import Host, State, StringCommand
from typing_extensions import override

from operations import peers
from operations.artefact_scripts import accept
from operations.failure import failed
from picluster.artefacts import Archive, ArtefactError, obtain, places

LEAST_SPEED = 100_000
"""Bytes a second: slower than this, and the connection counts as broken."""

# sudo tells who may write there: the file comes as the user who logs in, and not by way of /tmp,
# which is made of memory on trixie.
_PREPARE = """set -e
rm -rf {arriving}
mkdir -p -m 755 {cache}
install -d -m 700 -o "${{SUDO_USER:-$(id -un)}}" {arriving}"""


class Watched(io.FileIO):
    """A file that tells how much of it was read."""

    def __init__(self, file: Path, host: Host) -> None:
        super().__init__(file)
        self._size, self._host, self._told = file.stat().st_size, host, 0

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        data: bytes = super().read(size if size is not None else -1)
        quarters = self.tell() * 4 // self._size if self._size else 0
        if self._told < quarters < 4:
            self._told = quarters
            _tell(self._host, f"{quarters * 25} % are sent")
        return data


def send(state: State, host: Host, archive: Archive, store: str) -> bool:
    """Gets the archive on the controller, sends it to this host, and has it checked there.

    A transfer that is cut off leaves nothing that counts; the next one begins anew.
    """
    try:
        file = obtain(archive, Path(store), lambda text: _tell(host, text))
    except ArtefactError as error:
        return failed(host, str(error))
    began = time.monotonic()
    _tell(host, f"sending {archive.file_name}, {archive.size // 10**6} MB")
    prepare = StringCommand(_PREPARE.format(arriving=places.ARRIVING, cache=places.CACHE))
    if not _run(host, prepare):
        return False
    if (reason := _put(host, file, archive)) is not None:
        return failed(host, f"{archive.file_name} was not sent: {reason}; run again")
    if not _run(host, accept(archive)):
        return False
    _tell(host, f"sent and checked in {time.monotonic() - began:.0f} s")
    return True


def _put(host: Host, file: Path, archive: Archive) -> str | None:
    """Sends the file; the reason where that did not work."""
    seconds = 60 + archive.size / LEAST_SPEED
    try:
        with Watched(file, host) as content, Timeout(seconds):
            done = host.put_file(content, f"{places.ARRIVING}/{archive.file_name}")
    except Timeout:
        return f"the connection was slower than {LEAST_SPEED // 1000} kB a second"
    except (OSError, EOFError, SSHException) as error:
        return f"the connection broke ({error})"
    return None if done else "the board did not take it, see above"


def _run(host: Host, command: StringCommand) -> bool:
    done, output = peers.run(host, command, show=context.print_input)
    return done or failed(host, peers.reason(output))


def _tell(host: Host, text: str) -> None:
    logger.info(f"{host.print_prefix}{text}")
