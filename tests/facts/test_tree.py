"""The tree fact's command on real files."""

import hashlib
import os
import socket
from pathlib import Path

import pytest
from pyinfra.api.exceptions import FactProcessError

from facts.tree import Entry, Tree
from tests.facts.shell import HOSTILE, open_folder, run


def _look(paths: list[str], *, unprivileged: bool = False) -> dict[str, Entry | None]:
    fact = Tree()
    return fact.process(run(fact.command(paths=paths), unprivileged=unprivileged))


def _kinds(found: dict[str, Entry | None]) -> list[str | None]:
    return [entry and entry["kind"] for entry in found.values()]


def test_hostile_names(tmp_path: Path) -> None:
    there = [tmp_path / name for name in HOSTILE]
    for number, path in enumerate(there):
        path.write_text(str(number))
        path.chmod(0o600 + number % 8)
    wanted = [str(path) for path in there]
    absent = [f"{path} not" for path in wanted]
    links = [f"{path}.link" for path in wanted]
    for name, link in zip(HOSTILE, links, strict=True):
        os.symlink(name, link)
    found = _look([*wanted, *absent, *links])
    for number, name in enumerate(wanted):
        entry = found[name]
        assert entry is not None
        assert entry["sha256"] == hashlib.sha256(str(number).encode()).hexdigest()
        assert entry["mode"] == f"{0o600 + number % 8:o}"
    assert [found[name] for name in absent] == [None] * len(absent)
    targets = [found[link] for link in links]
    assert [entry and entry["target"] for entry in targets] == HOSTILE
    assert not Path("owned").exists()


def test_every_kind(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir(mode=0o700)
    (tmp_path / "folder").chmod(0o1777)
    (tmp_path / "dangling").symlink_to("/nowhere/at/all")
    (tmp_path / "to_folder").symlink_to("folder")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        names = ["empty", "folder", "dangling", "to_folder", "loop", "pipe", "socket", "nope"]
        found = _look([str(tmp_path / name) for name in names])
    kinds = ["file", "directory", "link", "link", "link", "other", "other", None]
    assert _kinds(found) == kinds
    folder = found[str(tmp_path / "folder")]
    assert folder is not None
    assert folder["mode"] == "1777"
    empty = found[str(tmp_path / "empty")]
    assert empty is not None
    assert empty["sha256"] == hashlib.sha256(b"").hexdigest()


def test_below_a_file_or_a_dangling_link_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to("nowhere")
    found = _look([f"{tmp_path}/{name}/x" for name in ("file", "dangling", "nope")])
    assert list(found.values()) == [None, None, None]


def test_owners_without_a_name(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    (tmp_path / "file").touch()
    os.chown(tmp_path / "file", 54321, 54322)
    entry = _look([str(tmp_path / "file")])[str(tmp_path / "file")]
    assert entry is not None
    assert (entry["user"], entry["group"]) == ("54321", "54322")


def test_many_paths_in_one_command(tmp_path: Path) -> None:
    paths = [tmp_path / f"configuration-{number:04}.xml" for number in range(600)]
    for path in paths[::2]:
        path.write_text(path.name)
    assert _kinds(_look([str(path) for path in paths])) == ["file", None] * 300


def test_too_many_paths_are_refused() -> None:
    fact = Tree()
    command = fact.command(paths=[f"/etc/{number:0100}" for number in range(2000)])
    with pytest.raises(FactProcessError, match="2000 paths make a command of"):
        fact.process(run(command))


def test_nothing_asked() -> None:
    assert _look([]) == {}


@pytest.mark.parametrize("path", ["relative", "", "-", "./x", "/a\0b"])
def test_only_absolute_paths(path: str) -> None:
    with pytest.raises(FactProcessError, match="is no absolute path"):
        _look([path])


def test_unreadable_is_not_absent() -> None:
    with open_folder() as folder:
        (folder / "open").write_text("x")
        (folder / "closed file").write_text("x")
        (folder / "closed file").chmod(0o600)
        (folder / "closed").mkdir(mode=0o700)
        with pytest.raises(FactProcessError) as refused:
            _look(
                [f"{folder}/{name}" for name in ("open", "closed file", "closed/x", "nope")],
                unprivileged=True,
            )
        said = str(refused.value)
        assert f"'{folder}/closed file' (Permission denied)" in said
        assert f"'{folder}/closed/x' (Permission denied)" in said
        assert "/open'" not in said
        assert "/nope'" not in said
        # What can be told without reading: a closed directory's own state, a link into it.
        (folder / "link").symlink_to("closed/x")
        found = _look([f"{folder}/closed", f"{folder}/link"], unprivileged=True)
        assert _kinds(found) == ["directory", "link"]


def test_a_link_that_leads_in_circles_hides_what_is_below(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(FactProcessError, match="Too many levels of symbolic links"):
        _look([f"{tmp_path}/loop/x"])
