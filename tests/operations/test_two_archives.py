"""Two archives of one board: what is announced is done, and neither takes the other along."""

import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from gevent import GreenletExit
from pyinfra.api import FunctionCommand, StringCommand

from facts.artefact import Artefact
from operations import artefact, artefact_changes
from operations.artefact_room import SPARE
from picluster.artefacts import Archive, places
from tests.operations.board import Operation, PlayedHost, playing
from tests.operations.played_archive import SOURCE, ArchiveBoard, archive

Call = tuple[Operation, dict[str, Any]]


class Run:
    """Preview and execution of some operations on one board, as pyinfra has them."""

    def __init__(
        self,
        board: ArchiveBoard,
        *calls: Call,
        execute: bool = True,
        expected: Sequence[Archive] = (),
    ) -> None:
        self.board, self.asked = board, 0
        self.host: Any = PlayedHost(self._ask, self._send)
        with playing(self.host):
            artefact.expect(expected)
            looks = [_look(operation, words) for operation, words in calls]
            self.announced = [look is True for look in looks]
            self.refused = [look is None for look in looks]
        self.asked_in_preview = self.asked
        self.done: list[bool] = []
        if execute:
            with playing(self.host, executing=True) as state:
                for operation, words in calls:
                    self.done.append(self._execute(state, operation, words))

    def _ask(self, fact: Any, **arguments: Any) -> Any:
        self.asked += fact is Artefact
        return self.board.get_fact(fact, **arguments)

    def _send(self, command: StringCommand, *, _timeout: int, **arguments: Any) -> Any:
        return self.board.run_shell_command(command, **arguments)

    def _execute(self, state: Any, operation: Operation, words: dict[str, Any]) -> bool:
        changed = False
        self.host.noop_description = None
        for command in operation._inner(**words):
            changed = True
            if isinstance(command, FunctionCommand):
                assert command.execute(state, self.host, {})
            else:
                assert self.board.execute(command).returncode == 0
        return changed


def _look(operation: Operation, words: dict[str, Any]) -> bool | None:
    """Whether an operation announces a change, as pyinfra finds out: by its first command alone.

    None where it refuses the board.
    """
    try:
        return next(operation._inner(**words), None) is not None
    except GreenletExit:
        return None


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ArchiveBoard:
    """Its server runs where its unit is."""
    board = ArchiveBoard(tmp_path, monkeypatch)
    unit = board.root / places.SERVER_UNIT.lstrip("/")

    def put(_: Any, file: Path, __: Archive) -> None:
        shutil.copy(file, board.root / places.ARRIVING.lstrip("/") / file.name)

    def files(entries: list[Any], absent: list[str] | None = None) -> Iterator[StringCommand]:
        paths = " ".join(absent or [entry.path for entry in entries])
        folders = " ".join({str(Path(path).parent) for path in paths.split()})
        script = f"rm -rf {paths}" if absent else f"mkdir -p {folders}; touch {paths}"
        yield StringCommand(script)

    def started(units: dict[str, str]) -> Iterator[StringCommand]:
        yield StringCommand("true")

    monkeypatch.setattr(
        artefact_changes, "obtain", lambda archive, store, _: store / archive.file_name
    )
    monkeypatch.setattr(artefact_changes, "_put", put)
    monkeypatch.setattr(artefact, "_serves", lambda *_: unit.exists())
    monkeypatch.setattr("operations.tree.files._inner", files)
    monkeypatch.setattr("operations.service.run._inner", started)
    return board


@pytest.fixture
def offer(board: ArchiveBoard) -> Any:
    return partial(_offer, board)


def _offer(board: ArchiveBoard, archive: Archive, *, present: bool = True) -> Call:
    words = {"store": str(board.served), "address": "192.0.2.1", "allowed": ["192.0.2.2"]}
    return artefact.offer, {"archive": archive, "present": present} | words


def install(archive: Archive) -> Call:
    return artefact.install, {"archive": archive, "source": SOURCE}


def offered(board: ArchiveBoard) -> set[str]:
    folder = board.root / places.OFFERED.lstrip("/")
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def serves(board: ArchiveBoard) -> bool:
    return (board.root / places.SERVER_UNIT.lstrip("/")).exists()


def test_a_blank_board_gets_both(board: ArchiveBoard, offer: Any) -> None:
    one, two = (archive("1", board.served, name) for name in ("demo", "spark"))
    calls = [offer(one), install(one), offer(two), install(two)]
    first = Run(board, *calls)
    assert first.announced == first.done == [True] * 4
    assert offered(board) == {one.file_name, two.file_name}
    assert board.versions() == ["demo", one.folder_name, "spark", two.folder_name]
    second = Run(board, *calls)
    assert second.announced == second.done == [False] * 4


def test_what_is_known_before_is_asked_with_one_command(board: ArchiveBoard, offer: Any) -> None:
    one, two = (archive("1", board.served, name) for name in ("demo", "spark"))
    calls = [offer(one), install(one), offer(two), install(two)]
    Run(board, *calls)
    again = Run(board, *calls)
    assert (again.asked_in_preview, again.asked) == (2, 3)
    told = Run(board, *calls, expected=[one, two])
    assert (told.asked_in_preview, told.asked) == (1, 2)


def test_the_server_is_announced_by_one_of_them(board: ArchiveBoard, offer: Any) -> None:
    one, two = (archive("1", board.served, name) for name in ("demo", "spark"))
    Run(board, offer(one), offer(two))
    (board.root / places.SERVER_UNIT.lstrip("/")).unlink()
    run = Run(board, offer(one), offer(two))
    assert run.announced == run.done == [True, False]
    assert serves(board)


def test_the_server_is_announced_once_also_beside_an_archive_that_is_missing(
    board: ArchiveBoard, offer: Any
) -> None:
    one, two = (archive("1", board.served, name) for name in ("demo", "spark"))
    Run(board, offer(one), offer(two))
    (board.root / places.SERVER_UNIT.lstrip("/")).unlink()
    (board.root / places.OFFERED.lstrip("/") / one.file_name).unlink()
    run = Run(board, offer(one), offer(two))
    assert run.announced == run.done == [True, False]
    assert serves(board)


def test_one_goes_and_the_other_stays(board: ArchiveBoard, offer: Any) -> None:
    one, two = (archive("1", board.served, name) for name in ("demo", "spark"))
    Run(board, offer(one), offer(two))
    run = Run(board, offer(one), offer(two, present=False))
    assert run.announced == run.done == [False, True]
    assert offered(board) == {one.file_name}
    assert serves(board)
    again = Run(board, offer(one), offer(two, present=False))
    assert again.announced == again.done == [False, False]


@pytest.mark.parametrize("had", [("demo", "spark"), ("demo",), ("spark",), ()])
def test_with_the_last_the_server_goes(
    had: tuple[str, ...], board: ArchiveBoard, offer: Any
) -> None:
    both = [archive("1", board.served, name) for name in ("demo", "spark")]
    Run(board, *(offer(each) for each in both if each.name in had))
    gone = [offer(each, present=False) for each in both]
    run = Run(board, *gone)
    assert run.announced == run.done
    assert any(run.done) == bool(had)
    assert (offered(board), serves(board)) == (set(), False)
    assert Run(board, *gone).announced == [False, False]


def test_a_server_without_archives_goes_once(board: ArchiveBoard, offer: Any) -> None:
    one, two = (archive("1", board.served, name) for name in ("demo", "spark"))
    Run(board, offer(one))
    (board.root / places.OFFERED.lstrip("/") / one.file_name).unlink()
    (board.root / places.NOTES.lstrip("/") / one.folder_name).unlink()
    run = Run(board, offer(one, present=False), offer(two, present=False))
    assert run.announced == run.done == [True, False]
    assert not serves(board)


def test_another_version_takes_the_place_of_its_own_alone(board: ArchiveBoard, offer: Any) -> None:
    one, two, newer = (
        archive(version, board.served, name)
        for version, name in (("1", "demo"), ("1", "spark"), ("2", "spark"))
    )
    Run(board, offer(one), install(one), offer(two), install(two))
    run = Run(board, offer(one), install(one), offer(newer), install(newer))
    assert run.announced == run.done == [False, False, True, True]
    assert offered(board) == {one.file_name, newer.file_name}
    # The version before stays unpacked, as with one archive.
    assert {two.folder_name, newer.folder_name, one.folder_name} < set(board.versions())


def test_a_transfer_of_the_other_that_was_cut_off_is_left_to_it(
    board: ArchiveBoard, offer: Any
) -> None:
    one, two = (archive("1", board.served, name) for name in ("demo", "spark"))
    incoming = board.root / places.INCOMING.lstrip("/")
    incoming.mkdir(parents=True)
    (incoming / two.file_name).write_text("half")
    assert board.installs(one) == ""
    assert [path.name for path in incoming.iterdir()] == [two.file_name]
    assert board.install(one).noop
    assert board.installs(two) == ""
    assert not incoming.exists()


def test_room_is_counted_for_both(board: ArchiveBoard, offer: Any) -> None:
    one, two = (archive("1", board.served, name) for name in ("demo", "spark"))
    calls = [offer(one), install(one), offer(two), install(two)]
    board.disk(SPARE + 2 * one.size + 2 * two.size)
    assert Run(board, *calls, execute=False).refused == [False] * 4
    board.disk(SPARE + 2 * one.size + 2 * two.size - 1)
    assert Run(board, *calls, execute=False).refused == [False, False, True, True]
