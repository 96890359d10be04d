"""A board with room for an archive, and a server that rsync fetches it from by copying."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api import FunctionCommand

from operations import artefact
from picluster.artefacts import Archive, places
from picluster.artefacts.tar import Member, tar
from tests.operations.board import Board, Outcome

SOURCE = "rsync://192.0.2.1:8873/artefacts"

# The real one is asked for a file, or with --checksum whether it differs.
_RSYNC = """for word; do from=$to to=$word; done
from={served}/${{from##*/}}
case "$*" in
*--checksum*) if cmp -s "$from" "$to"; then :; else echo "<f+++ x"; fi ;;
*) if [ -f "$from" ]; then cp "$from" "$to"{damage}; else echo "No such file" >&2; exit 23; fi ;;
esac"""

# What systemctl tells of the server; `started` is its note.
_SYSTEMCTL = """case "$*" in
show*) echo ActiveState=inactive; echo UnitFileState=; echo NeedDaemonReload=no
  echo InvocationID=; echo FragmentPath=; echo DropInPaths= ;;
esac"""


def archive(version: str, folder: Path, name: str = "demo") -> Archive:
    """A small archive, whose file is put into the folder."""
    data = b"".join(tar([Member("VERSION", version.encode()), Member("lib/a.jar", b"jar")]))
    made = Archive(name, version, hashlib.sha256(data).hexdigest(), len(data))
    folder.mkdir(exist_ok=True)
    (folder / made.file_name).write_bytes(data)
    return made


class ArchiveBoard(Board):
    """A played board whose /opt lies in its root folder."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        super().__init__(folder, {})
        for name in ("opt", "var/cache", "etc", "run/lock", "run/systemd/system"):
            (self.root / name).mkdir(parents=True)
        (self.root / "proc").symlink_to("/proc")
        self.served = folder / "served"
        self.opt = self.root / "opt"
        patch.setattr(places, "UNPACKED", str(self.opt))
        self.program("systemctl", _SYSTEMCTL)
        self.program("sync")
        self.rsync()

    def rsync(self, damage: str = "") -> None:
        """Sets what rsync does after it has copied."""
        self.program("rsync", _RSYNC.format(served=self.served, damage=damage))

    def disk(self, free: int) -> None:
        """So many bytes are free."""
        self.program("df", f"echo header; echo 'x 1 1 {free} 1% /'")

    def offer(self, archive: Archive, **more: Any) -> Outcome:
        """What `artefact.offer` would do."""
        arguments = {"store": str(self.served), "address": "192.0.2.1", "allowed": ["192.0.2.2"]}
        return self.call(artefact.offer, archive=archive, **arguments | more)

    def install(self, archive: Archive) -> Outcome:
        """What `artefact.install` would do."""
        return self.call(artefact.install, archive=archive, source=SOURCE)

    def installs(self, archive: Archive) -> str:
        """Installs it, and returns what it complains about; empty where all is well."""
        (command,) = self.install(archive).commands
        assert not isinstance(command, FunctionCommand)
        return self.execute(command).stderr

    def versions(self) -> list[str]:
        """What is in /opt, hidden files too."""
        return sorted(path.name for path in self.opt.iterdir())
