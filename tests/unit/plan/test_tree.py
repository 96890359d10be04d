"""What differs between files as they should be and as they are."""

import hashlib
import posixpath
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picluster.plan.tree import Difference, Entry, differences, directory, file, link

Record = dict[str, Any] | None

PATHS = ["/a", "/a/b", "/a/b/c", "/a/d", "/e", "/e f", "/g"]
paths = st.sampled_from(PATHS)
modes = st.sampled_from(["644", "600", "755"])
entries = st.one_of(
    st.builds(file, paths, st.sampled_from(["", "x"]), mode=modes),
    st.builds(directory, paths, mode=modes),
    st.builds(link, paths, st.sampled_from(["x", "/y"])),
)
wishes = st.lists(entries, max_size=5, unique_by=lambda entry: entry.path)
records = st.none() | st.builds(
    lambda kind, content, mode, user, target: _record(kind, content, mode, user, target),
    st.sampled_from(["file", "directory", "link", "other"]),
    st.sampled_from([b"", b"x"]),
    modes,
    st.sampled_from(["root", "pi"]),
    st.sampled_from(["x", "/y"]),
)
states = st.fixed_dictionaries(dict.fromkeys(PATHS, records))


def _record(
    kind: str, content: bytes = b"", mode: str = "644", user: str = "root", target: str = "x"
) -> Record:
    return {
        "kind": kind,
        "sha256": hashlib.sha256(content).hexdigest() if kind == "file" else None,
        "mode": mode,
        "user": user,
        "group": "root",
        "target": target if kind == "link" else None,
    }


def _applied(found: dict[str, Record], changes: Iterable[Difference]) -> dict[str, Record]:
    after = dict(found)
    for change in changes:
        entry = change.entry
        after[change.path] = (
            None
            if entry is None
            else _record(entry.kind, entry.content, entry.mode, entry.user, entry.target)
        )
    return after


@given(wishes, st.lists(paths, max_size=4), states)
def test_nothing_is_left_to_do(
    wished: list[Entry], stale: list[str], found: dict[str, Record]
) -> None:
    changes = differences(wished, stale, found)
    assert differences(wished, stale, _applied(found, changes)) == []
    assert len({change.path for change in changes}) == len(changes)


@given(wishes, st.lists(paths, max_size=4), states)
def test_only_what_is_wished_or_stale_is_touched(
    wished: list[Entry], stale: list[str], found: dict[str, Record]
) -> None:
    names = {entry.path for entry in wished}
    for change in differences(wished, stale, found):
        assert change.path in names | set(stale)
        assert (change.entry is None) == (change.path not in names)


@given(st.lists(paths, max_size=7), states)
def test_what_lies_in_a_folder_goes_before_it(stale: list[str], found: dict[str, Record]) -> None:
    gone = [change.path for change in differences([], stale, found)]
    for number, path in enumerate(gone):
        assert posixpath.dirname(path) not in gone[:number]


@pytest.mark.parametrize(
    ("entry", "record", "reason", "rewrite"),
    [
        (file("/x", "a"), None, "is not there", True),
        (file("/x", "a"), _record("file", b"b"), "has another content", True),
        (file("/x", ""), _record("file", mode="600"), "has mode 600, not 644", False),
        (
            file("/x", "", mode="1755", user="pi"),
            _record("file"),
            "has mode 644, not 1755, user root, not pi",
            False,
        ),
        (file("/x", ""), _record("other"), "is a device or socket, not a file", True),
        (link("/x", "y"), _record("link", target="z"), "points to z, not y", True),
        (link("/x", "y"), _record("file"), "is a file, not a link", True),
        (directory("/x"), _record("directory", mode="700"), "has mode 700, not 755", False),
    ],
)
def test_reasons(entry: Entry, record: Record, reason: str, rewrite: bool) -> None:
    expected = Difference("/x", reason, entry, rewrite)
    assert differences([entry], [], {"/x": record}) == [expected]


@pytest.mark.parametrize(
    ("entry", "kind", "blocked"),
    [
        (file("/x", ""), "directory", True),
        (link("/x", "y"), "directory", True),
        (directory("/x"), "file", True),
        (directory("/x"), "link", True),
        (directory("/x"), "other", True),
        (file("/x", ""), "link", False),
        (link("/x", "y"), "file", False),
    ],
)
def test_what_is_never_replaced(entry: Entry, kind: str, blocked: bool) -> None:
    (change,) = differences([entry], [], {"/x": _record(kind)})
    assert change.blocked is blocked


def test_a_folder_in_use_stays() -> None:
    found = {"/a": _record("directory"), "/a/b": None, "/g": _record("directory")}
    changes = differences([file("/a/b", "")], ["/a", "/g"], found)
    assert [change.path for change in changes] == ["/a/b", "/g"]


def test_what_is_no_folder_any_more_goes() -> None:
    found = {"/a": _record("file"), "/a/b": None}
    assert [c.path for c in differences([file("/a/b", "")], ["/a"], found)] == ["/a/b", "/a"]


def test_one_path_wished_twice() -> None:
    with pytest.raises(ValueError, match="/x is wished twice"):
        differences([file("/x", ""), link("/x", "y")], [], {"/x": None})


@pytest.mark.parametrize(
    "path",
    ["", "x", "./x", "/x/", "//x", "/x//y", "/x/../y", "/x/.", "/x\ny", "/x\0", "/x ", "/x\t"],
)
def test_paths_that_are_not_plain(path: str) -> None:
    for kind in ("file", "directory", "link"):
        with pytest.raises(ValueError, match=r"no absolute, plain path|no managed path may have"):
            Entry(path, kind, target="y", mode="644")


@pytest.mark.parametrize("mode", ["", "0644", "u+x", "9", "a; id", "77777", "644\n"])
def test_modes_that_would_never_be_found(mode: str) -> None:
    with pytest.raises(ValueError, match="is not as stat prints it"):
        file("/x", "", mode=mode)


@pytest.mark.parametrize("name", ["", "0", "1000", "-rf", "a:b", "a b", "a;id", "root\n"])
def test_owners_that_would_never_be_found(name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a user or group"):
        file("/x", "", user=name)
    with pytest.raises(ValueError, match="is no name of a user or group"):
        directory("/x", group=name)


@pytest.mark.parametrize("target", ["", "a\0b"])
def test_targets_that_cannot_be(target: str) -> None:
    with pytest.raises(ValueError, match="a link cannot lead to"):
        link("/x", target)


def test_contents_stay_out_of_what_pyinfra_prints() -> None:
    entry = file("/x", "token", secret=True)
    assert "token" not in str(entry.to_json())
