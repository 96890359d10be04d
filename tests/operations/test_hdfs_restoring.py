"""A checkpoint that is brought to the NameNode's board, from one played board to another."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyinfra.connectors.util import CommandOutput, OutputLine

from operations import hdfs_restoring, peers
from tests.facts.shell import write
from tests.operations.board import Board, PlayedHost, playing

NAMES, COPY = "/var/lib/hadoop/namenode", "/var/lib/hadoop/secondarynamenode"
FILES: dict[str, str | bytes] = {
    f"{COPY}/current/VERSION": "clusterID=C\n",
    f"{COPY}/current/fsimage_1": b"\0\xff" * 5000,
}


def _target(folder: Path) -> Board:
    """A board that may not give files to users it does not know."""
    folder.mkdir()
    board = Board(folder)
    board.program("chown")
    board.program("install", f'for last do :; done; mkdir -p {folder}/root{NAMES} "$last"')
    return board


def restore(
    monkeypatch: pytest.MonkeyPatch, target: Board, source: Board | None, path: str = COPY
) -> bool:
    """What becomes of it."""
    boards = {"pi8": target, "pi2": source}

    def run(host: Any, command: Any, **more: Any) -> tuple[bool, CommandOutput]:
        board = boards[host.name]
        assert board is not None
        done = board._send(command, more.get("_stdin", ""))
        lines = [OutputLine("stdout", line) for line in done.stdout.splitlines()]
        lines += [OutputLine("stderr", line) for line in done.stderr.splitlines()]
        return done.returncode == 0, CommandOutput(lines)

    monkeypatch.setattr(peers, "run", run)
    monkeypatch.setattr(peers, "reachable", lambda host: boards[host.name] is not None)
    host: Any = PlayedHost(lambda *_, **__: None, name="pi8")
    other = PlayedHost(lambda *_, **__: None, name="pi2")
    with playing(host, other, executing=True):
        state: Any = SimpleNamespace()
        return hdfs_restoring.restore(state, host, "pi2", path, NAMES)


def _source(folder: Path) -> Board:
    folder.mkdir()
    return Board(folder, FILES)


def test_the_copy_arrives_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, source = _target(tmp_path / "pi8"), _source(tmp_path / "pi2")
    names = target.root / NAMES.lstrip("/")
    # Left by a run that was cut off in the middle.
    write(target.root, {f"{NAMES}.new/current/VERSION": "half"})
    assert restore(monkeypatch, target, source)
    assert (names / "current/fsimage_1").read_bytes() == b"\0\xff" * 5000
    assert (names / "current/VERSION").read_text() == "clusterID=C\n"
    assert not (names.parent / "namenode.new").exists()
    assert not restore(monkeypatch, target, source), "names are never overwritten"


@pytest.mark.parametrize("path", ["/var/lib/hadoop/elsewhere", "/var/lib/it's; touch owned"])
def test_nothing_stays_of_a_copy_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    target, source = _target(tmp_path / "pi8"), _source(tmp_path / "pi2")
    assert not restore(monkeypatch, target, source, path)
    assert not (target.root / NAMES.lstrip("/") / "current").exists()
    assert not list(source.cwd.iterdir())


def test_a_copy_without_a_version_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, source = _target(tmp_path / "pi8"), _source(tmp_path / "pi2")
    (source.root / COPY.lstrip("/") / "current/VERSION").unlink()
    assert not restore(monkeypatch, target, source)
    assert not (target.root / NAMES.lstrip("/") / "current").exists()


def test_a_board_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not restore(monkeypatch, _target(tmp_path / "pi8"), None)
