"""tree.files on real files: what it announces, does, and finds the second time."""

import hashlib
import os
import time
from pathlib import Path
from typing import Any

import pytest
from pyinfra.facts.files import FileContents

from facts.beginnings import Beginnings
from operations import tree
from picluster.plan.tree import Entry, directory, file, link
from tests.facts import apart
from tests.operations.board import Board, Outcome, call
from tests.operations.hostile import GROUP, USER


def _file(path: str, content: str | bytes, mode: str = "644", *, secret: bool = False) -> Entry:
    return file(path, content, mode=mode, user=USER, group=GROUP, secret=secret)


def _directory(path: str, mode: str = "755") -> Entry:
    return directory(path, mode=mode, user=USER, group=GROUP)


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "place"
    folder.mkdir()
    return folder


def _converge(board: Board, **arguments: Any) -> Outcome:
    """Applies twice; the second time has nothing left to do."""
    first = board.apply(tree.files, **arguments)
    second = board.apply(tree.files, **arguments)
    assert second.noop, second.texts
    return first


def _mode(path: Path) -> str:
    return f"{path.lstat().st_mode & 0o7777:o}"


def test_everything_from_nothing(board: Board, place: Path) -> None:
    entries = [
        _directory(f"{place}/new/folder", mode="1777"),
        _file(f"{place}/new/folder/a b.conf", "ümlaut\n", mode="600"),
        _file(f"{place}/deep/er/empty", "", mode="4755"),
        _file(f"{place}/bytes", bytes(range(256)) * 400),
        link(f"{place}/link", "new/folder"),
    ]
    outcome = _converge(board, entries=entries)
    assert len(outcome.commands) == 1, "one command for all of them"
    assert (place / "new/folder/a b.conf").read_text() == "ümlaut\n"
    assert (place / "bytes").read_bytes() == bytes(range(256)) * 400
    assert os.readlink(place / "link") == "new/folder"
    assert _mode(place / "new/folder") == "1777"
    assert _mode(place / "new/folder/a b.conf") == "600"
    assert _mode(place / "deep/er") == "755"
    assert _mode(place / "deep/er/empty") == "4755"
    assert not list(place.rglob(f"*{tree.STAGED}"))


def test_drift_of_every_kind_is_mended(board: Board, place: Path) -> None:
    entries = [
        _file(f"{place}/content", "wished"),
        _file(f"{place}/mode", "wished", mode="640"),
        _file(f"{place}/was_link", "wished"),
        link(f"{place}/was_file", "content"),
        link(f"{place}/elsewhere", "content"),
        _directory(f"{place}/folder", mode="700"),
    ]
    _converge(board, entries=entries)
    (place / "content").write_text("drifted")
    (place / "mode").chmod(0o666)
    (place / "was_link").unlink()
    (place / "was_link").symlink_to("content")
    (place / "was_file").unlink()
    (place / "was_file").write_text("drifted")
    (place / "elsewhere").unlink()
    (place / "elsewhere").symlink_to("/nowhere")
    (place / "folder").chmod(0o755)
    inode = (place / "mode").stat().st_ino
    _converge(board, entries=entries)
    assert (place / "content").read_text() == "wished"
    assert (place / "was_link").read_text() == "wished"
    assert not (place / "was_link").is_symlink()
    assert os.readlink(place / "was_file") == "content"
    assert os.readlink(place / "elsewhere") == "content"
    assert _mode(place / "folder") == "700"
    assert _mode(place / "mode") == "640"
    assert (place / "mode").stat().st_ino == inode, "not rewritten for its mode"


def test_a_file_is_as_old_as_its_change(board: Board, place: Path) -> None:
    _converge(board, entries=[_file(f"{place}/unit", "x")])
    assert abs((place / "unit").stat().st_mtime - time.time()) < 60


def test_a_staged_file_left_behind_is_no_obstacle(board: Board, place: Path) -> None:
    for name in ("file", "link"):
        (place / f"{name}{tree.STAGED}").write_text("of a run that was killed")
    _converge(board, entries=[_file(f"{place}/file", "x"), link(f"{place}/link", "file")])
    assert (place / "file").read_text() == "x"
    assert not list(place.glob(f"*{tree.STAGED}"))


def test_what_left_the_list_goes(board: Board, place: Path) -> None:
    manifest = f"{place}/manifest"
    if (USER, GROUP) != ("root", "root"):
        pytest.skip("the manifest is root's")
    kept = _file(f"{place}/sub/kept", "")
    gone = [
        _directory(f"{place}/dir"),
        _file(f"{place}/dir/in", ""),
        _directory(f"{place}/sub"),
        link(f"{place}/link", "dir"),
    ]
    _converge(board, entries=[kept, *gone], manifest=manifest)
    (place / "owners").write_text("never ours")
    _converge(board, entries=[kept], manifest=manifest)
    # The folder `sub` left the list as well, but what is wished lies in it.
    assert sorted(p.name for p in place.rglob("*")) == ["kept", "manifest", "owners", "sub"]
    assert Path(manifest).read_text() == f"{place}/sub/kept\n"
    _converge(board, entries=[], manifest=manifest)
    assert Path(manifest).read_text() == ""


def test_a_file_gives_its_place_to_a_folder(board: Board, place: Path) -> None:
    if (USER, GROUP) != ("root", "root"):
        pytest.skip("the manifest is root's")
    _converge(board, entries=[_file(f"{place}/x", "")], manifest=f"{place}/manifest")
    entries = [_file(f"{place}/x/y", "")]
    _converge(board, entries=entries, manifest=f"{place}/manifest")
    assert (place / "x/y").exists()


def test_absent(board: Board, place: Path) -> None:
    (place / "old").write_text("")
    (place / "dir").mkdir()
    (place / "link").symlink_to("/etc")
    names = ["old", "dir", "link", "never"]
    _converge(board, entries=[], absent=[f"{place}/{name}" for name in names])
    assert not list(place.iterdir())
    assert Path("/etc").is_dir()


def test_wished_wins_over_absent(board: Board, place: Path) -> None:
    _converge(board, entries=[_file(f"{place}/x", "")], absent=[f"{place}/x"])
    assert (place / "x").exists()


def test_a_folder_with_something_in_it_is_never_removed(board: Board, place: Path) -> None:
    (place / "dir").mkdir()
    (place / "dir" / "owners").write_text("")
    outcome = board.call(tree.files, entries=[], absent=[f"{place}/dir"])
    done = board.execute(outcome.commands[0])
    assert done.returncode != 0
    assert f"'{place}/dir': Directory not empty" in done.stderr
    assert (place / "dir" / "owners").exists()


@pytest.mark.parametrize("entry", ["file", "link"])
def test_a_folder_is_not_replaced(
    entry: str, board: Board, place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (place / "x").mkdir()
    wished = file(f"{place}/x", "") if entry == "file" else link(f"{place}/x", "y")
    assert board.call(tree.files, entries=[wished]).failed
    assert f"{place}/x is a directory, not a {entry}" in caplog.text
    assert not list((place / "x").iterdir()), "no link put into the folder"


def test_what_stands_in_a_folders_place_is_not_replaced(
    board: Board, place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # Such as a link of the owner's to another disk.
    (place / "disk").mkdir()
    (place / "link").symlink_to("disk")
    (place / "file").write_text("")
    entries = [directory(f"{place}/link"), directory(f"{place}/file")]
    assert board.call(tree.files, entries=entries).failed
    assert f"{place}/link is a link, not a directory" in caplog.text
    assert f"{place}/file is a file, not a directory" in caplog.text


def test_input_that_ends_early_changes_nothing(board: Board, place: Path) -> None:
    """A run that is killed while it sends: the board sees the end of its input."""
    (place / "x").write_text("before")
    outcome = board.call(tree.files, entries=[_file(f"{place}/x", "after" * 9999)])
    sent = str(outcome.commands[0].connector_arguments["_stdin"])
    for size in (0, 100, len(sent) // 2):
        done = apart.run(
            ["sh", "-c", outcome.texts[0]],
            input=sent[:size],
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.returncode != 0
        assert (place / "x").read_text() == "before"


def test_a_secret_is_never_shown(
    board: Board, place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    (place / "x").write_text("old-token")
    entry = _file(f"{place}/x", "new-token", mode="600", secret=True)
    outcome = board.call(tree.files, entries=[entry], diff=True)
    assert f"{place}/x has another content" in caplog.text
    for text in (caplog.text, *outcome.texts, str(entry.to_json())):
        assert "token" not in text


def test_diff(board: Board, place: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    (place / "x").write_text("same\nold\n")
    entry = _file(f"{place}/x", "same\nnew\n")
    board.call(tree.files, entries=[entry], diff=True)
    assert "old" in caplog.text
    assert "new" in caplog.text


def test_one_path_wished_twice(board: Board, caplog: pytest.LogCaptureFixture) -> None:
    entries = [Entry("/x", "directory", mode="755"), Entry("/x", "file", mode="644")]
    assert board.call(tree.files, entries=entries).failed
    assert "/x is wished twice" in caplog.text


def test_unreadable_is_not_absent(board: Board) -> None:
    outcome = board.call(tree.files, entries=[file("/proc/self/mem/x", "")])
    assert outcome.texts, "below a file nothing is"
    (board.cwd / "loop").symlink_to("loop")
    assert board.call(tree.files, entries=[file(f"{board.cwd}/loop/x", "")]).failed
    assert "Too many levels of symbolic links" in board.refusal


def test_a_manifest_is_read_only_where_the_list_has_changed() -> None:
    kept = file("/etc/kept", "x")
    listed = file("/var/lib/list", "/etc/kept\n")
    asked: list[list[str]] = []

    def record(entry: Entry) -> dict[str, Any]:
        digest = hashlib.sha256(entry.content).hexdigest()
        return {"kind": "file", "sha256": digest, "mode": "644", "user": "root", "group": "root"}

    def board(remembered: Entry) -> Any:
        there: dict[str, Any] = {
            e.path: record(e) for e in (kept, remembered, file("/etc/old", ""))
        }

        def get_fact(fact: Any, **arguments: Any) -> Any:
            if fact is FileContents:
                return remembered.content.decode().splitlines()
            if fact is Beginnings:
                return [there[path]["kind"].encode() for path in arguments["paths"]]
            asked.append(arguments["paths"])
            return {path: there.get(path) for path in arguments["paths"]}

        return get_fact

    wished: dict[str, Any] = {"entries": [kept], "manifest": "/var/lib/list"}
    assert call(tree.files, board(listed), **wished).noop
    assert asked == [["/etc/kept", "/var/lib/list"]]
    former = file("/var/lib/list", "/etc/kept\n/etc/old\nno path\n")
    (script,) = call(tree.files, board(former), **wished).texts
    assert asked[1:] == [["/etc/kept", "/var/lib/list"], ["/etc/old"]]
    assert "rm -f -- /etc/old" in script
