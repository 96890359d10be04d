"""Daemons that are started, restarted and stopped, on a played board."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facts.daemons import Daemons
from operations import daemon, hadoop
from operations.daemon_scripts import restarting, starting, stopping
from picluster.plan.hadoop_daemons import USERS
from picluster.plan.tree import file
from tests.operations.board import Board, call

UNIT = "hdfs-datanode.service"
OURS = f"/etc/systemd/system/{UNIT}"
RUNS: dict[str, Any] = {
    "active": True,
    "enabled": True,
    "starting": False,
    "needs_reload": False,
    "started_with": "d1",
    "files": [OURS],
    "replaced": False,
}
DOWN: dict[str, Any] = {"active": False, "started_with": None}
WISHED: dict[str, Any] = {"units": {UNIT: "d1"}}


def found(unit: dict[str, Any] | None = None, **board: Any) -> Callable[..., Any]:
    """A board whose unit differs in this from one that runs as wished."""
    state: Any = {
        "units": {UNIT: RUNS | (unit or {})},
        "accounts": {user: ["hadoop"] for user in USERS},
        "group": True,
        "java": 17,
        "lacking": [],
        "missing": [],
    } | board

    def get_fact(fact: Any, **_: Any) -> Any:
        return state if fact is Daemons else {OURS: None}

    return get_fact


def nothing(fact: Any, **_: Any) -> Any:
    """A board whose facts fail."""
    return None


def nobody(*_: Any, **__: Any) -> Any:
    """A board that must not be asked."""
    raise AssertionError


def test_one_that_runs_as_wished_is_left_alone() -> None:
    assert call(daemon.start, found(), **WISHED).noop
    assert call(daemon.restart, found(), **WISHED).noop


def test_one_that_systemd_tries_to_start_is_left_alone() -> None:
    """As after a power cut, while what it needs is not there yet."""
    trying = found({"active": False, "starting": True})
    assert call(daemon.start, trying, **WISHED).noop
    assert call(daemon.restart, trying, **WISHED).noop
    otherwise = found({"active": False, "starting": True, "started_with": "d2"})
    assert call(daemon.start, otherwise, **WISHED).noop
    assert not call(daemon.restart, otherwise, **WISHED).noop


@pytest.mark.parametrize(
    ("unit", "started", "restarted"),
    [
        (DOWN, True, False),
        ({**DOWN, "enabled": False}, True, False),
        # Never both: what the dry run announces of a daemon is one thing.
        ({"started_with": "d2"}, False, True),
        ({"started_with": None}, False, True),
        ({"replaced": True}, False, True),
        ({"enabled": False}, True, False),
    ],
    ids=str,
)
def test_what_is_started_and_what_restarted(
    unit: dict[str, Any], started: bool, restarted: bool
) -> None:
    assert bool(call(daemon.start, found(unit), **WISHED).texts) is started
    assert bool(call(daemon.restart, found(unit), **WISHED).texts) is restarted


def test_one_that_only_lacks_its_start_at_boot_goes_on() -> None:
    (script,) = call(daemon.start, found({"enabled": False}), **WISHED).texts
    assert f"systemctl --quiet enable {UNIT}" in script
    assert "systemctl start" not in script


def test_nothing_is_asked_where_the_daemon_is_not() -> None:
    for operation in (daemon.start, daemon.restart):
        assert call(operation, nobody, units={}, present=False).noop
    assert call(hadoop.accounts, nobody, present=False).noop
    assert call(hadoop.programs, nobody, present=False).noop


def test_a_failed_fact_fails_the_host() -> None:
    for operation in (daemon.start, daemon.restart):
        assert call(operation, nothing, **WISHED).failed
    assert call(daemon.stop, nothing, units=[UNIT]).failed
    assert call(daemon.settings, nothing, entries=[], units=[UNIT]).failed
    assert call(hadoop.accounts, nothing).failed
    assert call(hadoop.programs, nothing).failed


@pytest.mark.parametrize("unit", ["ssh.service", "a;id", "", "-x"])
def test_a_unit_that_is_no_daemon(unit: str) -> None:
    assert call(daemon.start, found(), units={unit: ""}).failed
    assert call(daemon.restart, found(), units={unit: ""}).failed
    assert call(daemon.stop, found(), units=[unit]).failed
    assert call(daemon.settings, found(), entries=[], units=[unit]).failed
    assert call(daemon.start, found(), **WISHED, ready={"x": 1.5}).failed


@pytest.mark.parametrize(
    ("unit", "stopped"),
    [
        ({}, True),
        ({"active": False}, True),
        ({"enabled": False}, True),
        ({"active": False, "enabled": False}, False),
        # Somebody else's package of the same name.
        ({"files": ["/lib/systemd/system/hdfs-datanode.service"]}, False),
    ],
    ids=str,
)
def test_what_is_stopped(unit: dict[str, Any], stopped: bool) -> None:
    assert bool(call(daemon.stop, found(unit), units=[UNIT]).texts) is stopped


def test_units_are_read_anew_when_their_files_changed() -> None:
    wished: dict[str, Any] = {"entries": [], "units": [UNIT]}
    assert call(daemon.settings, found(), **wished).texts == []
    reload = call(daemon.settings, found({"needs_reload": True}), **wished).texts
    assert reload == ["systemctl daemon-reload"]
    wished["entries"] = [file(OURS, "x")]
    assert call(daemon.settings, found(), **wished).texts[-1] == "systemctl daemon-reload"


def test_users_that_are_missing_are_made() -> None:
    assert call(hadoop.accounts, found()).noop
    accounts = {"hdfs": None, "yarn": ["users"], "mapred": ["hadoop"], "spark": ["hadoop"]}
    (script,) = call(hadoop.accounts, found(group=False, accounts=accounts)).texts
    lines = script.splitlines()
    assert lines[:2] == ["set -e", "groupadd --system hadoop"]
    assert lines[2].startswith("useradd --system --gid hadoop --no-create-home")
    assert lines[2].endswith("--shell /usr/sbin/nologin hdfs")
    assert lines[3:] == ["usermod --append --groups hadoop yarn"]


def test_java_is_installed_where_it_is_not_complete() -> None:
    assert call(hadoop.programs, found()).noop

    def get_fact(fact: Any, **asked: Any) -> Any:
        if fact is Daemons:
            return found(java=None, lacking=["rsync"])(fact)
        installed = dict.fromkeys(asked["packages"])
        assert list(installed)[:2] == ["rsync", "default-jre-headless"]
        return {"installed": installed, "policy_left": False, "interrupted": True}

    done = call(hadoop.programs, get_fact)
    # Without this folder the package's installation ends half-way on a small image.
    assert done.texts[0] == "mkdir -p /usr/share/man/man1"
    assert "set -- rsync default-jre-headless\n" in done.texts[1]
    assert "--reinstall" not in done.texts[1]


def test_what_is_installed_and_has_lost_its_program_is_installed_once_more() -> None:
    """dpkg does not miss it: to ask apt for it as usual would be a change in each run, for ever."""
    there = {"curl": "1", "default-jre-headless": "2", "openjdk-17-jre-headless": "17"}

    def get_fact(fact: Any, **asked: Any) -> Any:
        if fact is Daemons:
            return found(java=None, lacking=["curl", "rsync"])(fact)
        installed = {name: there.get(name) for name in asked["packages"]}
        return {"installed": installed, "policy_left": False, "interrupted": False}

    done = call(hadoop.programs, get_fact)
    assert [(row.what, row.found) for row in done.noted] == [
        ("package curl", "without its program"),
        ("package rsync", "not installed, or not completely"),
        ("package default-jre-headless", "without its program"),
    ]
    before, again = done.texts[1].split("\nset -- ")[1:]
    assert before.startswith("rsync\n")
    assert again.startswith("curl default-jre-headless openjdk-17-jre-headless\n")
    assert "--reinstall" not in before
    assert "--reinstall" in again


def _board(folder: Path, state: str, answer: str = "") -> Board:
    board = Board(folder, {"/proc/uptime": "1.0 1.0\n"})
    board.program("systemctl", f'case "$*" in show*) echo "{state}" ;; esac')
    board.program("journalctl", "echo 'NameNode is not formatted'")
    board.program("curl", answer)
    board.program("sleep", "echo 1000 1 >>/dev/null")
    return board


READY = {UNIT: "http://192.0.2.1:9864/jmx RUNNING"}


def test_a_daemon_has_started_when_it_answers(tmp_path: Path) -> None:
    board = _board(tmp_path, "ActiveState=active", "echo 'x RUNNING y'")
    done = board.execute(starting([UNIT], [UNIT], READY))
    assert (done.returncode, done.stderr) == (0, "")
    words = [call[1] for call in board.calls() if call[0] == "systemctl"]
    assert words[0] == "daemon-reload"
    assert words[-1] == "start"
    assert [call[-1] for call in board.calls() if call[0] == "curl"] == [
        "http://192.0.2.1:9864/jmx"
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("ActiveState=failed", "ended instead of starting"),
        # A condition of the unit was not met.
        ("ActiveState=inactive", "ended instead of starting"),
        ("ActiveState=activating\nNRestarts=3", "ends again and again"),
        ("ActiveState=activating\nNRestarts=12", "ends again and again"),
    ],
)
def test_a_daemon_that_does_not_answer_says_why(tmp_path: Path, state: str, said: str) -> None:
    board = _board(tmp_path, state, "echo 'x STARTING y'")
    done = board.execute(restarting([UNIT], READY))
    assert done.returncode == 1
    assert f"{UNIT} {said}" in done.stderr
    assert "NameNode is not formatted" in done.stderr


def test_a_daemon_that_never_answers_ends_the_wait(tmp_path: Path) -> None:
    board = _board(tmp_path, "ActiveState=active")
    uptime = board.root / "proc/uptime"
    board.program("sleep", f"echo '999.9 1' >{uptime}")
    done = board.execute(restarting([UNIT], READY))
    assert done.returncode == 1
    assert "does not answer after 300 seconds" in done.stderr


def test_a_daemon_that_cannot_be_started_says_why(tmp_path: Path) -> None:
    board = _board(tmp_path, "ActiveState=failed")
    board.program("systemctl", 'case "$1" in start) exit 1 ;; esac')
    done = board.execute(starting([], [UNIT], {}))
    assert done.returncode == 1
    assert f"{UNIT} did not start" in done.stderr


def test_a_daemon_that_does_not_stop_fails(tmp_path: Path) -> None:
    board = _board(tmp_path, "")
    done = board.execute(stopping([UNIT]))
    assert done.returncode == 1
    assert f"{UNIT} did not stop" in done.stderr
    board.program("systemctl", 'case "$*" in *is-active*) exit 3 ;; *failed*) exit 1 ;; esac')
    assert board.execute(stopping([UNIT])).returncode == 0


def test_values_reach_the_shell_as_one_word(tmp_path: Path) -> None:
    hostile = "$(touch owned)`touch owned`'\"; touch owned"
    board = _board(tmp_path, "ActiveState=active", f"cat <<'END'\n{hostile}\nEND")
    done = board.execute(starting([], [UNIT], {UNIT: f"http://x/'{hostile.split()[0]} {hostile}"}))
    assert done.returncode == 0
    assert not list(board.cwd.iterdir())
