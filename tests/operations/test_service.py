"""Units that are kept running or kept away, on a played board."""

from pathlib import Path
from typing import Any

import pytest

from facts.service import Services, ServicesState
from facts.tree import Tree
from operations import service
from picluster.plan.tree import file
from tests.operations.board import Board, PlayedHost, call, known, outcome_of, playing

RUNS: dict[str, Any] = {
    "active": True,
    "enabled": True,
    "starting": False,
    "needs_reload": False,
    "started_with": "d1",
    "replaced": False,
    "files": ["/lib/demo.service", "/etc/ours.conf"],
}
FOLDER = "/var/cache/demo"
UNITS = {"demo.service": "d1"}


def _found(paths: tuple[str, ...] = (), **changed: Any) -> Any:
    unit: Any = RUNS | changed
    state: ServicesState = {"units": {"demo.service": unit}, "paths": list(paths)}
    return known({Services: state, Tree: {"/etc/ours.conf": None}})


def test_one_that_runs_as_wished_is_left_alone() -> None:
    assert call(service.run, _found(), units=UNITS).texts == []
    assert call(service.run, _found(), units={"demo.service": ""}).texts == []


@pytest.mark.parametrize(
    "changed",
    [
        {"active": False, "started_with": None},
        {"started_with": "d2"},
        {"started_with": None},
        {"replaced": True},
    ],
    ids=str,
)
def test_one_that_does_not_is_restarted(changed: dict[str, Any]) -> None:
    (script,) = call(service.run, _found(**changed), units=UNITS).texts
    assert "for unit in demo.service; do\n  systemctl reset-failed" in script
    assert script.startswith("systemctl daemon-reload")


def test_one_that_would_not_start_at_boot_is_not_restarted_for_it() -> None:
    (script,) = call(service.run, _found(enabled=False), units=UNITS).texts
    assert "systemctl --quiet enable" in script
    assert "for unit in ; do\n  systemctl reset-failed" in script


@pytest.mark.parametrize("executing", [False, True])
def test_units_are_read_anew_when_their_files_changed(executing: bool) -> None:
    wished: dict[str, Any] = {"entries": [file("/etc/ours.conf", "x")], "units": list(UNITS)}
    write, reload = call(service.settings, _found(), executing=executing, **wished).texts
    assert "/etc/ours.conf" in write
    assert reload == "systemctl daemon-reload"


@pytest.mark.parametrize("executing", [False, True])
def test_a_reload_is_never_left_to_the_next_operation(executing: bool) -> None:
    """Were it, the restart for it would be done without being announced, or the other way round."""
    wished: dict[str, Any] = {"entries": [], "units": list(UNITS)}
    assert call(service.settings, _found(), executing=executing, **wished).texts == []
    unread = _found(needs_reload=True)
    done = call(service.settings, unread, executing=executing, **wished)
    assert done.texts == ["systemctl daemon-reload"]
    assert call(service.run, unread, executing=executing, units=UNITS).texts == []


def test_units_are_asked_for_once_until_something_changes() -> None:
    asked = []

    def get_fact(fact: Any, **arguments: Any) -> Any:
        if fact is Services:
            asked.append(arguments)
        return _found(enabled=len(asked) > 1)(fact)

    host = PlayedHost(get_fact)
    wished: dict[str, Any] = {"entries": [], "units": list(UNITS)}
    with playing(host):
        assert not outcome_of(service.settings, host, **wished).texts
        assert outcome_of(service.run, host, units=UNITS).texts
        assert len(asked) == 1
        assert not outcome_of(service.run, host, units=UNITS).texts
        assert len(asked) == 2
    with playing(host, executing=True):
        assert not outcome_of(service.run, host, units=UNITS).texts
    assert len(asked) == 3


def test_a_former_folder_goes() -> None:
    done = call(service.run, _found((FOLDER,)), units=UNITS, unwanted=[FOLDER])
    assert done.texts == [f"rm -rf -- {FOLDER}"]


def test_nothing_is_asked_where_the_service_is_not() -> None:
    def nobody(*_: Any, **__: Any) -> Any:
        raise AssertionError

    assert call(service.run, nobody, units=UNITS, present=False).noop
    tree_alone: dict[str, Any] = {"entries": [], "units": ["x.service"], "absent": ["/x/y"]}
    assert call(service.settings, known({Tree: {"/x/y": None}}), **tree_alone, present=False).noop
    assert call(service.install, nobody, packages=["x"], present=False).noop
    assert call(service.stop, nobody, units=["x.service"], files=[], present=True).noop


@pytest.mark.parametrize("changed", [{}, {"active": False}, {"enabled": False}], ids=str)
def test_what_is_ours_is_stopped(changed: dict[str, Any]) -> None:
    asked: dict[str, Any] = {
        "units": ["demo.service"],
        "files": ["/etc/ours.conf"],
        "unwanted": [FOLDER],
    }
    (script,) = call(service.stop, _found((FOLDER,), **changed), **asked).texts
    assert "disable -- demo.service" in script
    assert script.endswith(f"rm -rf -- {FOLDER}")


@pytest.mark.parametrize(
    "changed", [{"active": False, "enabled": False}, {"files": ["/lib/demo.service"]}], ids=str
)
def test_the_owners_own_service_and_one_that_is_off_are_left_alone(changed: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"units": ["demo.service"], "files": ["/etc/ours.conf"]}
    assert call(service.stop, _found(**changed), **asked).texts == []


@pytest.mark.parametrize("folder", ["/", "/home", "var/x", "/var/../etc", "/var/x/", "//x/y", ""])
def test_no_slip_removes_a_system(folder: str) -> None:
    assert call(service.run, _found(), units=UNITS, unwanted=[folder]).failed
    assert call(service.stop, _found(), units=[], files=[], unwanted=[folder]).failed


def _played(folder: Path, systemctl: str) -> Board:
    board = Board(folder, {})
    board.program("systemctl", systemctl)
    board.program("journalctl", "echo 'address already in use'")
    return board


def test_a_unit_that_does_not_start_says_why(tmp_path: Path) -> None:
    board = _played(tmp_path, 'case "$*" in restart*) exit 1 ;; esac')
    (script,) = call(service.run, _found(active=False), units=UNITS).texts
    done = board.shell(script)
    assert done.returncode == 1
    assert "demo.service did not start" in done.stderr
    assert "address already in use" in done.stderr


def test_a_unit_that_does_not_stop_keeps_its_folder(tmp_path: Path) -> None:
    board = _played(tmp_path, "exit 0")
    cache = tmp_path / "cache" / "x"
    cache.mkdir(parents=True)
    asked: dict[str, Any] = {
        "units": ["demo.service"],
        "files": ["/etc/ours.conf"],
        "unwanted": [str(cache)],
    }
    (script,) = call(service.stop, _found((str(cache),)), **asked).texts
    done = board.shell(script)
    assert (done.returncode, cache.exists()) == (1, True)
    assert "demo.service did not stop" in done.stderr


UNIT_FILE = "/etc/systemd/system/demo.service"


def test_a_unit_that_is_removed_is_forgotten_by_systemd() -> None:
    asked: dict[str, Any] = {
        "units": ["demo.service"],
        "files": [UNIT_FILE],
        "unwanted": [UNIT_FILE],
    }
    found = _found((UNIT_FILE,), files=[UNIT_FILE])
    (script,) = call(service.stop, found, **asked).texts
    assert "disable -- demo.service" in script
    assert script.endswith(f"rm -rf -- {UNIT_FILE} && systemctl daemon-reload")
    gone = _found(active=False, enabled=False, files=[])
    assert call(service.stop, gone, **asked).noop


def test_other_units_are_asked_for_along() -> None:
    """A later operation, of this service or another, finds what it wants to know already."""
    asked: list[tuple[set[str], set[str]]] = []

    def get_fact(fact: Any, units: Any = (), paths: Any = (), **_: Any) -> Any:
        if fact is not Services:
            return {}
        asked.append((set(units), set(paths)))
        off = RUNS | {"active": False, "enabled": False, "files": []}
        return {"units": {"demo.service": off, "x.timer": RUNS}, "paths": [FOLDER]}

    host = PlayedHost(get_fact)
    with playing(host):
        for along in (["x.timer"], None):
            outcome = outcome_of(
                service.stop,
                host,
                units=["demo.service"],
                files=["/etc/ours.conf"],
                unwanted=[FOLDER, "/var/cache/other"],
                along=along,
            )
            assert outcome.texts == [f"rm -rf -- {FOLDER}"]
    # What is to be changed is asked for anew: here twice.
    assert asked == [
        ({"demo.service", "x.timer"}, {FOLDER, "/var/cache/other"}),
        ({"demo.service"}, {FOLDER, "/var/cache/other"}),
    ]


def test_fewer_paths_than_were_asked_for_are_known_too() -> None:
    asked = []

    def get_fact(fact: Any, **_: Any) -> Any:
        asked.append(fact)
        return {"units": {"demo.service": RUNS, "x.timer": RUNS}, "paths": []}

    host = PlayedHost(get_fact)
    with playing(host):
        first: dict[str, Any] = {"units": ["demo.service"], "files": ["/y"], "unwanted": [FOLDER]}
        assert not outcome_of(service.stop, host, **first, along=["x.timer"]).texts
        assert not outcome_of(service.run, host, units={"x.timer": ""}).texts
        assert not outcome_of(service.run, host, units={"x.timer": ""}, unwanted=[FOLDER]).texts
    assert len(asked) == 1


def test_where_nothing_is_to_be_written_or_removed_nobody_is_asked() -> None:
    def nobody(*_: Any, **__: Any) -> Any:
        raise AssertionError

    nothing: dict[str, Any] = {"entries": [], "units": ["x.service"], "present": False}
    assert call(service.settings, nobody, **nothing).noop
