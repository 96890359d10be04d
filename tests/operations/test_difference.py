"""What operations note for `picluster drift`."""

import ast
import inspect
import json
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facts.beginnings import Beginnings
from facts.tree import Tree
from operations import boot, difference, tree
from picluster.plan.drift import MAX_CHARACTERS, VARIABLE, Difference, Notes
from picluster.plan.tree import Entry, directory, file, link
from tests.operations.board import Board, PlayedHost, call, known, playing
from tests.operations.introspection import all_operations
from tests.operations.test_hostile import FILES

ENDLESS = {name for name in all_operations() if name.startswith(("verify.", "tell."))}
"""Operations that change nothing, ever."""


@pytest.mark.parametrize("name", sorted(set(all_operations()) - ENDLESS))
def test_every_operation_that_changes_something_notes_what(name: str) -> None:
    """Or leaves that to another one; that it does it in time, is checked wherever one is called."""
    source = textwrap.dedent(inspect.getsource(all_operations()[name]._inner))
    called = {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }
    assert any(call == "_inner" or call.strip("_").startswith("note") for call in called), called


def noted(path: Path, *, executing: bool = False) -> list[dict[str, Any]]:
    """What is noted of a value with much in it."""
    host = PlayedHost(lambda fact: None)
    with playing(host, executing=executing):
        difference.note("a\tb\x1b[31m", "x" * 500, "two\nlines")
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "notes"
    path.touch()
    monkeypatch.setenv(VARIABLE, str(path))
    return path


def test_a_note_is_a_line_of_printable_words(notes: Path) -> None:
    (row,) = noted(notes)
    assert (row["host"], row["operation"]) == ("pi1", "Played")
    assert row["what"] == "a b [31m"
    assert row["found"] == "x" * (MAX_CHARACTERS - 1) + "…"
    assert row["wanted"] == "two lines"


def test_nothing_is_noted_while_a_run_executes_or_nobody_reads(
    notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not noted(notes, executing=True)
    monkeypatch.delenv(VARIABLE)
    assert not noted(notes)


def test_a_file_that_cannot_be_written_does_not_end_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with playing(PlayedHost(lambda fact: None)):
        difference.note("x", "y", "z")
    assert f"{VARIABLE}: nothing noted, Is a directory" in caplog.text


RECORD = {"kind": "file", "mode": "644", "user": "root", "group": "root", "sha256": "0"}


def at_path(entry: Entry, found: dict[str, Any] | None, beginning: bytes = b"") -> tuple[str, str]:
    """What is noted of a path: found, and wanted."""
    facts: dict[Any, Any] = {Tree: {entry.path: found}, Beginnings: [beginning]}
    done = call(tree.files, known(facts), entries=[entry])
    (row,) = done.noted
    assert row.what == entry.path
    return row.found, row.wanted


@pytest.mark.parametrize(
    ("present", "wished", "words"),
    [
        (b"a\nb\n", b"a\nc\n", ("other content; line 2: b", "line 2: c")),
        (b"a\nb\n", b"a\n", ("other content; line 2: b", "no line 2")),
        (b"a\n", b"a\n\nb", ("other content; no line 2", "line 2: empty")),
        (b"", b"a\n", ("other content; no line 1", "line 1: a")),
        # Blanks are not shown.
        (b" a\n", b"a\n", ("other content; line 1: other blanks", "line 1: a")),
        # Only the end of the last line differs, or what lies behind what was read.
        (b"a", b"a\n", ("other content", "the planned content")),
        (b"a\n" * 8192, b"a\n" * 8192 + b"b", ("other content", "the planned content")),
        (b"\0\1\2", b"a\n", ("other content", "the planned content")),
        (b"\xff\n", b"a\n", ("other content; line 1: \ufffd", "line 1: a")),
    ],
)
def test_the_first_line_that_differs(present: bytes, wished: bytes, words: tuple[str, str]) -> None:
    assert at_path(file("/etc/x", wished), RECORD, present) == words


def test_a_long_line_is_shown_where_it_differs() -> None:
    start = "ExecStart=/usr/bin/java " + "-Dx=y " * 40
    old, new = (f"{start}-Xmx{size}m {'-Dx=y ' * 20}\n".encode() for size in (256, 512))
    found, wanted = at_path(file("/etc/x", new), RECORD, old)
    assert found.startswith("other content; line 1: …")
    assert wanted.startswith("line 1: …")
    assert "-Xmx256m" in found
    assert "-Xmx512m" in wanted
    assert len(wanted.partition("-Xmx")[0]) < 60
    longer = at_path(file("/etc/x", new + b"z"), RECORD, new.strip() + b"x")
    assert longer[0] != longer[1]


def test_other_differences_of_a_path() -> None:
    wished = file("/etc/x", "", mode="600", user="hdfs")
    assert at_path(wished, None) == ("not there", "a file, mode 600, hdfs:root")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert at_path(wished, RECORD | {"sha256": empty}) == (
        "mode 644, user root",
        "mode 600, user hdfs",
    )
    to = {"kind": "link", "target": "/b"}
    assert at_path(link("/etc/x", "/a"), RECORD | to) == ("leads to /b", "leads to /a")
    assert at_path(wished, RECORD | to) == ("a link", "a file, mode 600, hdfs:root")
    assert at_path(directory("/x"), None) == ("not there", "a directory, mode 755, root:root")


def test_of_a_secret_nothing_is_read_and_nothing_is_noted() -> None:
    entry = file("/etc/x", "wished", secret=True)
    done = call(tree.files, known({Tree: {"/etc/x": RECORD}}), entries=[entry])
    (row,) = done.noted
    assert (row.found, row.wanted) == ("other content", "the planned content")


def test_what_left_the_list() -> None:
    done = call(tree.files, known({Tree: {"/etc/x": RECORD}}), entries=[], absent=["/etc/x"])
    assert [(row.what, row.found) for row in done.noted] == [("/etc/x", "there")]


def test_no_line_is_read_where_nobody_wants_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.tree_notes.is_noting", lambda: False)
    one = Difference("pi8", "Keep files", "1", what="not asked for", found="", wanted="")
    monkeypatch.setattr("tests.operations.board.read_notes", lambda lines: Notes((one,), ()))
    call(tree.files, known({Tree: {"/etc/x": RECORD}}), entries=[file("/etc/x", "wished")])


CMDLINE, CONFIG = "/boot/firmware/cmdline.txt", "/boot/firmware/config.txt"


@pytest.mark.parametrize(
    ("text", "wished", "rows"),
    [
        ("root=x\n", ["a=1"], [("a=1", "missing")]),
        (
            "cgroup_disable=memory root=x\n",
            ["cgroup_enable=memory"],
            [("cgroup_enable=memory", "missing"), ("cgroup_disable=memory", "there")],
        ),
    ],
)
def test_each_kernel_argument(
    tmp_path: Path, text: str, wished: list[str], rows: list[tuple[str, str]]
) -> None:
    board = Board(tmp_path, FILES | {CMDLINE: text})
    done = board.call(boot.kernel_arguments, arguments=wished)
    expected = [(f"kernel argument {word} in {CMDLINE}", found) for word, found in rows]
    assert [(row.what.replace(str(board.root), ""), row.found) for row in done.noted] == expected


def test_each_setting_of_the_firmware(tmp_path: Path) -> None:
    board = Board(tmp_path, FILES)
    board.apply(boot.firmware_settings, settings={"gpu_mem": "16", "old": "1"})
    done = board.call(boot.firmware_settings, settings={"gpu_mem": "32", "new": "2"})
    rows = {row.what.partition(" ")[0]: (row.found, row.wanted) for row in done.noted}
    assert rows == {
        "gpu_mem": ("16", "32"),
        "new": ("not set", "2"),
        "old": ("1", "not set any more"),
    }


@pytest.mark.parametrize(
    ("spoil", "rows"),
    [
        # The first line is the owner's: now it stands behind ours.
        (lambda text: "".join([*text.splitlines(True)[1:], text.splitlines(True)[0]]), []),
        (lambda text: text.replace("gpu_mem=16\n", "gpu_mem=16\ngpu_mem=16\n"), []),
        (lambda text: text.replace("# END picluster\n", ""), []),
        # A filter of other boards.
        (lambda text: text + "[cm4]\ngpu_mem=64\n", []),
        (lambda text: text + "gpu_mem=64\n", [("gpu_mem", "64", "16")]),
        (lambda text: text.replace("gpu_mem=16\n", ""), [("gpu_mem", "not set", "16")]),
        (lambda text: text.replace("gpu_mem=16", "gpu_mem=64"), [("gpu_mem", "64", "16")]),
        (
            lambda text: text.replace("gpu_mem", "cm4=1\n[cm4]\ngpu_mem"),
            [
                ("gpu_mem", "not set", "16"),
                ("cm4", "1", "not set any more"),
            ],
        ),
    ],
)
def test_what_is_in_force_of_our_settings(
    tmp_path: Path, spoil: Callable[[str], str], rows: list[tuple[str, str, str]]
) -> None:
    board = Board(tmp_path, FILES)
    board.apply(boot.firmware_settings, settings={"gpu_mem": "16"})
    path = board.root / CONFIG[1:]
    path.write_text(spoil(path.read_text()))
    noted = board.call(boot.firmware_settings, settings={"gpu_mem": "16"}).noted
    words = [(row.what.partition(" ")[0], row.found, row.wanted) for row in noted]
    assert words == (rows or [("our", "in another place or order", "as planned")])
