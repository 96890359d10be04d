"""Archives on a played board: whole or not there, whatever comes between."""

from pathlib import Path
from typing import Any

import pytest
from pyinfra.api import FunctionCommand

from facts.artefact import Artefact, Offered
from operations import artefact, artefact_changes
from operations.artefact_scripts import accept, note
from picluster.artefacts import Archive, ArtefactError, places
from tests.facts import apart
from tests.operations.board import call
from tests.operations.played_archive import SOURCE, ArchiveBoard, archive

CACHE = "var/cache/picluster"


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ArchiveBoard:
    return ArchiveBoard(tmp_path, monkeypatch)


def test_a_blank_board_fetches_and_unpacks(board: ArchiveBoard) -> None:
    demo = archive("1", board.served)
    assert board.installs(demo) == ""
    assert board.versions() == ["demo", demo.folder_name]
    assert (board.opt / "demo/VERSION").read_text() == "1"
    assert (board.opt / "demo").readlink() == Path(demo.folder_name)
    assert not (board.root / CACHE / "incoming").exists()
    assert board.install(demo).noop


def test_it_is_announced_without_the_archive(board: ArchiveBoard, tmp_path: Path) -> None:
    demo = archive("1", tmp_path / "elsewhere")
    assert len(board.install(demo).commands) == 1
    assert any(isinstance(c, FunctionCommand) for c in board.offer(demo).commands)


@pytest.mark.parametrize(
    "harm",
    [
        "rm lib/a.jar",
        "echo longer >>lib/a.jar",
        "touch lib/other.jar",
        "chmod 600 lib/a.jar",
        "rm .picluster-whole",
        "echo x >.picluster-whole",
    ],
)
def test_a_folder_that_is_not_whole_is_unpacked_anew(harm: str, board: ArchiveBoard) -> None:
    demo = archive("1", board.served)
    board.installs(demo)
    apart.run(["sh", "-c", harm], cwd=board.opt / "demo", check=True)
    assert board.installs(demo) == ""
    assert (board.opt / "demo/lib/a.jar").read_text() == "jar"
    assert board.versions() == ["demo", demo.folder_name]
    assert board.install(demo).noop


def test_one_old_version_stays(board: ArchiveBoard) -> None:
    made = [archive(version, board.served) for version in ("1", "2", "3")]
    for number, demo in enumerate(made):
        assert board.installs(demo) == ""
        for path in board.opt.glob(f"{demo.folder_name}/.picluster-whole"):
            apart.run(["touch", "-d", f"@{number + 1}", path], check=True)
    assert board.versions() == ["demo", made[1].folder_name, made[2].folder_name]
    assert board.install(made[2]).noop
    board.installs(made[1])
    assert board.versions() == ["demo", made[1].folder_name, made[2].folder_name]


def test_a_version_in_use_stays_until_it_is_not(board: ArchiveBoard) -> None:
    made = [archive(version, board.served) for version in ("1", "2", "3")]
    board.installs(made[0])
    with (board.opt / made[0].folder_name / "lib/a.jar").open():
        for number, demo in enumerate(made[1:], 2):
            board.installs(demo)
            stamp = board.opt / demo.folder_name / places.STAMP
            apart.run(["touch", "-d", f"+{number} days", stamp], check=True)
        assert made[0].folder_name in board.versions()
        assert board.install(made[2]).noop
    assert board.installs(made[2]) == ""
    assert made[0].folder_name not in board.versions()


def test_folders_of_the_owners_stay(board: ArchiveBoard) -> None:
    for version in ("1", "2"):
        (board.opt / f"demo-0.{version}").mkdir()
        board.installs(archive(version, board.served))
    board.installs(archive("3", board.served))
    assert {"demo-0.1", "demo-0.2"} <= set(board.versions())


def test_what_came_damaged_is_removed_and_not_unpacked(board: ArchiveBoard) -> None:
    demo = archive("1", board.served)
    board.rsync(damage=' && echo x >>"$to"')
    said = board.installs(demo)
    assert f"what came here from {SOURCE} has the SHA-256" in said
    assert board.versions() == []
    assert not (board.root / CACHE / "incoming").exists()


def test_a_damaged_archive_of_the_server_is_named(board: ArchiveBoard) -> None:
    demo = archive("1", board.served)
    (board.served / demo.file_name).write_text("damaged")
    said = board.installs(demo)
    assert f"{demo.file_name} on the board of {SOURCE} is damaged" in said
    assert "sudo rm" in said
    assert board.versions() == []


def test_a_damaged_archive_of_this_board_is_named(board: ArchiveBoard) -> None:
    demo = archive("1", board.served)
    (board.root / CACHE / "artefacts").mkdir(parents=True)
    (board.root / CACHE / "artefacts" / demo.file_name).write_text("damaged")
    assert "on this board is damaged" in board.installs(demo)
    assert board.versions() == []


def test_a_server_that_has_nothing_is_explained(board: ArchiveBoard) -> None:
    demo = archive("1", board.served)
    (board.served / demo.file_name).unlink()
    said = board.installs(demo)
    assert "was not fetched (No such file): is the board of that address on" in said


def test_a_run_that_was_cut_off_is_finished(board: ArchiveBoard) -> None:
    demo = archive("1", board.served)
    board.program("tar", 'echo half >"$4/VERSION"; exit 1')
    board.installs(demo)
    assert board.versions() == [f".{demo.folder_name}.new"]
    (board.tools / "tar").unlink()
    assert board.installs(demo) == ""
    assert board.versions() == ["demo", demo.folder_name]
    (board.opt / f".{demo.folder_name}.old").mkdir()
    assert board.installs(demo) == ""
    assert board.versions() == ["demo", demo.folder_name]


def test_what_stands_in_the_links_place_is_not_touched(
    board: ArchiveBoard, caplog: pytest.LogCaptureFixture
) -> None:
    (board.opt / "demo").mkdir()
    assert board.install(archive("1", board.served)).failed
    assert "no link" in caplog.text


@pytest.mark.parametrize("what", ["offer", "install"])
def test_a_disk_too_small_is_refused(
    what: str, board: ArchiveBoard, caplog: pytest.LogCaptureFixture
) -> None:
    demo = archive("1", board.served)
    board.disk(65 * 2**20)
    assert getattr(board, what)(demo).commands
    board.disk(64 * 2**20)
    assert getattr(board, what)(demo).failed
    assert "MB free" in caplog.text


def test_what_was_sent_is_accepted_when_it_is_right(board: ArchiveBoard) -> None:
    demo, arriving = archive("1", board.served), board.root / CACHE / "arriving"
    for content in (b"half", (board.served / demo.file_name).read_bytes()):
        arriving.mkdir(parents=True)
        (arriving / demo.file_name).write_bytes(content)
        done = board.execute(accept(demo))
        assert not arriving.exists()
        if content == b"half":
            assert "damaged on its way" in done.stderr
            assert not (board.root / CACHE / "artefacts").exists()
    found = _offered(board, demo)
    assert (found.sum, found.noted, found.old) == (demo.sha256, True, ())


def _offered(board: ArchiveBoard, demo: Archive) -> Offered:
    answer = board.get_fact(Artefact, archives={demo.folder_name: demo.sha256})
    offered: Offered = answer[demo.folder_name]["offered"]
    return offered


def test_an_offered_archive_that_changed_is_seen_and_an_old_one_goes(board: ArchiveBoard) -> None:
    demo, old = archive("2", board.served), archive("1", board.served)
    offered = board.root / CACHE / "artefacts"
    offered.mkdir(parents=True)
    for each in (demo, old):
        (offered / each.file_name).write_bytes((board.served / each.file_name).read_bytes())
    found = _offered(board, demo)
    assert (found.sum, found.noted, len(found.old)) == (demo.sha256, False, 1)
    assert not any(isinstance(c, FunctionCommand) for c in board.offer(demo).commands)
    assert board.execute(note(demo)).returncode == 0
    assert [path.name for path in offered.iterdir()] == [demo.file_name]
    (offered / demo.file_name).write_bytes(b"x" * demo.size)
    assert _offered(board, demo).sum != demo.sha256
    assert isinstance(board.offer(demo).commands[0], FunctionCommand)


def test_a_board_that_offers_no_more_is_cleared(board: ArchiveBoard) -> None:
    demo = archive("1", board.served)
    assert board.offer(demo, present=False).noop
    incoming = board.root / CACHE / "incoming"
    for folder in (board.root / CACHE / "artefacts", incoming):
        folder.mkdir(parents=True)
    for path in (places.SERVER_SETTINGS, places.SERVER_UNIT):
        file = board.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    for command in board.offer(demo, present=False).commands:
        assert board.execute(command).returncode == 0
    assert list((board.root / CACHE).iterdir()) == [incoming]
    assert board.offer(demo, present=False).noop


def test_nothing_is_asked_where_it_is_not_needed(board: ArchiveBoard) -> None:
    def nobody(*_: Any, **__: Any) -> Any:
        raise AssertionError

    demo = archive("1", board.served)
    assert call(artefact.install, nobody, archive=demo, source=SOURCE, present=False).noop


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "192.0.2.1; id"},
        {"address": ""},
        {"allowed": ["192.0.2.2\nread only = no"]},
        {"allowed": 7},
        {"archive": "hadoop"},
        {"store": ""},
    ],
    ids=str,
)
def test_wrong_values_of_offer_are_refused(wrong: dict[str, Any], board: ArchiveBoard) -> None:
    demo = archive("1", board.served)
    assert board.offer(**{"archive": demo} | wrong).failed


@pytest.mark.parametrize("source", ["", "-e sh", "rsync://x:1/$(id)", "http://x/y", SOURCE + "\n"])
def test_wrong_sources_are_refused(source: str, board: ArchiveBoard) -> None:
    demo = archive("1", board.served)
    assert board.call(artefact.install, archive=demo, source=source).failed


def test_an_archive_that_cannot_be_had_fails_the_host(
    board: ArchiveBoard, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def none(*_: Any) -> Any:
        raise ArtefactError("mvn is not installed")

    monkeypatch.setattr(artefact_changes, "obtain", none)
    sending = board.offer(archive("1", board.served)).commands[0]
    assert board.execute(sending).returncode == 1
    assert "mvn is not installed" in caplog.text
