"""YARN's lists of nodes on a played board, NodeManagers that were dismissed, and YARN's health."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api import FunctionCommand

from facts.daemons import Daemons
from facts.yarn import ResourceManager
from operations import peers, verify, yarn, yarn_found, yarn_health
from operations.yarn_found import Where
from picluster.plan.hadoop_daemons import USERS
from tests.facts.shell import HOSTILE
from tests.operations.board import Board, Outcome, PlayedHost, outcome_of, playing
from tests.unit.plan.test_yarn import manager, report

NODEMANAGER = "yarn-nodemanager.service"
WHERE = Where(host="pi8", address="192.0.2.1")
HOSTS, EXCLUDE, TOLD = WHERE.include, WHERE.exclude, "/run/picluster/yarn-nodes.told"
NODES = {"pi8": (384, 4), "pi1a": (384, 4)}


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the ResourceManager's board says, one after the other, the last one for ever."""
    said: list[Any] = []

    def ask(name: str, fact: Any, **arguments: Any) -> Any:
        assert (name, fact) == ("pi8", ResourceManager)
        assert arguments == {"address": "192.0.2.1", "include": HOSTS, "exclude": EXCLUDE}
        return said.pop(0) if len(said) > 1 else said[0]

    monkeypatch.setattr(peers, "ask", ask)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return said


def _called(operation: Any, name: str, executing: bool = True, **arguments: Any) -> Outcome:
    def get_fact(fact: Any, **_: Any) -> Any:
        assert fact is Daemons
        unit: dict[str, Any] = {
            "active": False,
            "starting": False,
            "enabled": True,
            "needs_reload": False,
            "started_with": None,
            "files": [],
            "replaced": False,
        }
        return {
            "units": {NODEMANAGER: unit},
            "accounts": dict.fromkeys(USERS),
            "group": True,
            "java": 17,
        }

    host = PlayedHost(get_fact, name=name)
    with playing(host, executing=executing):
        return outcome_of(operation, host, **arguments)


def _refreshed(*nodes: str, board: Board | None = None) -> Outcome:
    outcome = _called(yarn.refresh_nodes, "pi8", nodes=[*nodes], manager=WHERE)
    for command in outcome.commands if board else []:
        if not isinstance(command, FunctionCommand):
            assert board is not None
            done = board.execute(command)
            assert done.returncode == 0, done
    return outcome


@pytest.fixture
def board(tmp_path: Path) -> Board:
    """A board with a ResourceManager's programs."""
    made = Board(tmp_path)
    made.program("systemctl", "echo e355")
    made.program("runuser")
    return made


def test_nothing_is_asked_where_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "ask", None)
    for operation, more in (
        (yarn.refresh_nodes, {"nodes": ["pi8"]}),
        (yarn.start_nodemanager, {"node": "pi1a", "units": {}}),
    ):
        assert _called(operation, "pi1a", manager=WHERE, present=False, **more).noop


def test_lists_are_made_before_the_first_start(board: Board, answers: list[Any]) -> None:
    answers.append(manager(active=False, include=None, exclude=None))
    assert _refreshed("pi8", "pi1a", board=board).commands
    assert (board.read(HOSTS), board.read(EXCLUDE)) == ("pi8\npi1a\n", "")
    assert not (board.root / TOLD.lstrip("/")).exists()
    assert [call[0] for call in board.calls()] == []


def test_a_new_node_is_told(board: Board, answers: list[Any]) -> None:
    answers.append(manager(exclude=["pi1a"]))
    _refreshed("pi8", "pi1b", board=board)
    assert board.read(HOSTS) == "pi8\npi1a\npi1b\n"
    assert not (board.root / EXCLUDE.lstrip("/")).exists(), "it was there, and nobody's business"
    (refresh,) = [call for call in board.calls() if call[0] == "runuser"]
    assert refresh[1:4] == ["-u", "yarn", "--"]
    assert refresh[-3:] == ["-refreshNodes", "-g", "-server"]
    invocation, digest = board.read(TOLD).split()
    answers[:] = [manager(include=["pi8", "pi1a", "pi1b"], exclude=["pi1a"], told=digest)]
    assert invocation == "e355"
    assert _refreshed("pi8", "pi1b").noop == "3 nodes may come"


def test_one_that_could_not_be_told_is_told_next_time(board: Board, answers: list[Any]) -> None:
    answers.append(manager())
    board.program("runuser", "echo refused; exit 3")
    (command, _) = _refreshed("pi8", "pi1b").commands
    done = board.execute(command)
    assert (done.returncode, done.stderr) == (1, "refused\n")
    _, told = board.read(TOLD).split()
    answers[:] = [manager(include=["pi8", "pi1a", "pi1b"], told=told)]
    assert _refreshed("pi8", "pi1b").commands


def test_others_ask_again_afterwards(answers: list[Any]) -> None:
    answers.append(manager())
    before = peers.change()
    *_, last = _refreshed("pi8", "pi1b").commands
    assert isinstance(last, FunctionCommand)
    last.execute(None, None, {})  # type: ignore[arg-type]
    assert peers.change() > before


def test_a_board_that_does_not_tell_fails(answers: list[Any]) -> None:
    answers.append(None)
    assert _refreshed("pi8").failed


@pytest.mark.parametrize("value", [*HOSTILE, "", "a\n"])
def test_hostile_names(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "ask", None)
    assert _called(yarn.refresh_nodes, "pi8", nodes=[value], manager=WHERE).failed
    assert _called(yarn.start_nodemanager, "pi8", node=value, units={}, manager=WHERE).failed
    assert _called(verify.yarn, "pi8", node="pi8", nodes={value: (1, 1)}, manager=WHERE).failed


@pytest.mark.parametrize("found", [manager(), None], ids=["known", "no answer"])
def test_a_nodemanager_is_started(answers: list[Any], found: Any) -> None:
    answers.append(found)
    (script,) = _started().texts
    assert f"systemctl start {NODEMANAGER}" in script


def test_a_dismissed_one_stays_down(answers: list[Any]) -> None:
    answers.append(manager(exclude=["pi1a"]))
    outcome = _started()
    assert outcome.commands == []
    assert outcome.noop == f"pi1a is dismissed: {EXCLUDE} on pi8 names it"


def _started() -> Outcome:
    return _called(
        yarn.start_nodemanager, "pi1a", node="pi1a", units={NODEMANAGER: "d1"}, manager=WHERE
    )


def _verified(name: str = "pi1a", **more: Any) -> Outcome:
    return _called(verify.yarn, name, node=name, nodes=NODES, manager=WHERE, **more)


def test_it_is_waited_for(answers: list[Any]) -> None:
    answers += [None, manager(answers=False), manager(nodes={}), manager()]
    assert _verified().noop == "YARN has it as planned"
    assert len(answers) == 1, "it asked as often as it had to"


def test_one_look_serves_all_who_wait(answers: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[float] = []
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    monkeypatch.setattr(peers, "_looked", float("-inf"))
    monkeypatch.setattr(peers, "forget", lambda: forgotten.append(now[0]))
    answers.append(manager())
    for moment in (100.0, 100.0, 100.5, 101.0, 101.2):
        now[0] = moment
        yarn_found.manager_now(WHERE)
    assert forgotten == [100.0, 101.0], "what was said before the start counts no more"


LATE: dict[str, tuple[Any, str]] = {
    "silent board": (None, "pi8 does not tell of its ResourceManager"),
    "silent": (manager(answers=False), "the ResourceManager on pi8 does not answer"),
    "gone": (manager(nodes={"pi1a": report(state="LOST")}), "it is LOST"),
    "small": (manager(nodes={"pi1a": report(memory_mb=128)}), "offers 128 MiB"),
}


@pytest.mark.parametrize("case", LATE)
def test_what_stays_wrong_fails_its_host(
    case: str,
    answers: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(yarn_health, "WAIT_SECONDS", -1)
    found, words = LATE[case]
    answers.append(found)
    assert _verified().failed
    assert words in caplog.text


def test_a_board_that_rests_is_told_and_does_not_fail(
    answers: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    health = "ERROR thermal: undervolted"
    answers.append(manager(nodes={"pi1a": report(state="UNHEALTHY", health=health)}))
    assert _verified().noop
    assert "takes no containers of YARN now: undervolted" in caplog.text


def test_a_board_is_not_failed_for_another(answers: list[Any]) -> None:
    answers.append(manager(nodes={"pi8": report()}))
    assert _verified("pi8").noop


@pytest.mark.parametrize(("name", "executing"), [("pi1a", False), ("pi1z", True)])
def test_nothing_to_look_at(name: str, executing: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a run nothing has its effect, and a host without a part in YARN has none."""
    nobody: Callable[..., Any] = lambda *_, **__: pytest.fail("it looked")  # noqa: E731
    monkeypatch.setattr(peers, "ask", nobody)
    assert _verified(name, executing=executing).noop


def test_the_head_is_failed_without_its_own_nodemanager_too(
    answers: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yarn_health, "WAIT_SECONDS", -1)
    answers.append(manager(answers=False))
    arguments: dict[str, Any] = {"node": "pi8", "nodes": {"pi1a": (384, 4)}, "manager": WHERE}
    assert _called(verify.yarn, "pi8", **arguments).failed
