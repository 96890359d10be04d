"""One host asks another: once for all who want to know, and never failing it."""

import logging
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import gevent
import pytest
from gevent import Greenlet
from paramiko import SSHException
from pyinfra.api import FactBase, StringCommand
from pyinfra.api.exceptions import ConnectError, FactProcessError
from pyinfra.connectors.util import CommandOutput, OutputLine
from pyinfra.context import ctx_host
from typing_extensions import override

from operations import peers
from tests.operations.board import playing


class Number(FactBase[int | None]):
    """A number that the other host tells."""

    @override
    def command(self, wait: int = 0) -> str:
        return f"tell {wait}"

    @override
    def process(self, output: list[str]) -> int:
        if not output[0].isdigit():
            raise FactProcessError(f"{output[0]} is no number")
        return int(output[0])


def told(*lines: str, done: bool = True, kind: str = "stdout") -> tuple[bool, CommandOutput]:
    """What a command leads to."""
    return done, CommandOutput([OutputLine(kind, line) for line in lines])


class Peer:
    """A host that answers as told, a moment later."""

    def __init__(self, name: str, answer: Any = None, *, connected: bool = True) -> None:
        self.name, self.print_prefix, self.connected = name, f"[{name}] ", connected
        self.answer = told("7\r") if answer is None else answer
        self.data: dict[str, Any] = {"_sudo": True}
        self.current_op_global_arguments: dict[str, Any] | None = None
        self.commands: list[tuple[str, dict[str, Any]]] = []
        self.connections: list[dict[str, Any]] = []
        self.connecting: Callable[[], bool] = lambda: True
        self.meanwhile: Callable[[], None] = lambda: None

    def connect(self, **arguments: Any) -> None:
        self.connections.append(arguments)
        self.connected = self.connecting()

    def run_shell_command(
        self, command: StringCommand, **arguments: Any
    ) -> tuple[bool, CommandOutput]:
        self.commands.append((command.get_raw_value(), arguments))
        gevent.sleep(0)
        self.meanwhile()
        if isinstance(self.answer, BaseException):
            raise self.answer
        answer: tuple[bool, CommandOutput] = self.answer
        return answer


@pytest.fixture
def other() -> Peer:
    """The one that is asked."""
    return Peer("pi8")


@pytest.fixture
def asker() -> Peer:
    """The one whose operation asks."""
    return Peer("pi1")


@pytest.fixture(autouse=True)
def state(asker: Peer, other: Peer) -> Iterator[SimpleNamespace]:
    """A run of these two."""
    with playing(asker, other) as played:
        yield played


def _greenlet(asker: Peer, action: Callable[[], Any]) -> Greenlet:
    """As pyinfra runs each host's code."""

    def act() -> Any:
        with ctx_host.use(asker):
            return action()

    return gevent.spawn(act)


def test_asked_once_until_forgotten(other: Peer) -> None:
    assert [peers.ask("pi8", Number) for _ in range(3)] == [7, 7, 7]
    assert len(other.commands) == 1
    peers.forget()
    assert peers.ask("pi8", Number) == 7
    assert len(other.commands) == 2


def test_each_stage_asks_anew(other: Peer, state: SimpleNamespace) -> None:
    other.answer = told("1")
    assert peers.ask("pi8", Number) == 1
    state.current_stage = "execute"
    other.answer = told("2")
    assert peers.ask("pi8", Number) == 2


def test_other_arguments_are_another_question(other: Peer, asker: Peer) -> None:
    peers.ask("pi8", Number)
    peers.ask("pi8", Number, wait=30)
    peers.ask("pi1", Number)
    assert [command for command, _ in other.commands] == ["tell 0", "tell 30"]
    assert len(asker.commands) == 1, "its own answer is no other's"


def test_forty_boards_share_one_session(other: Peer) -> None:
    """An SSH server takes ten at once."""
    asking = [
        _greenlet(Peer(f"pi{number}"), lambda: peers.ask("pi8", Number)) for number in range(40)
    ]
    gevent.joinall(asking, timeout=10)
    assert [greenlet.value for greenlet in asking] == [7] * 40
    assert len(other.commands) == 1


@pytest.mark.parametrize("meanwhile", ["nothing", "forgotten", "asked again"])
def test_what_breaks_the_first_asker_does_not_hang_the_others(
    other: Peer, asker: Peer, meanwhile: str
) -> None:
    """Also when somebody changed something in the middle of it."""

    def forget() -> None:
        other.meanwhile = lambda: None
        if meanwhile != "nothing":
            peers.forget()
        if meanwhile == "asked again":
            other.answer = told("8")
            assert peers.ask("pi8", Number) == 8
            other.answer = RuntimeError("a mistake in the code")

    other.answer = RuntimeError("a mistake in the code")
    other.meanwhile = forget
    asking = [_greenlet(asker, lambda: peers.ask("pi8", Number)) for _ in range(3)]
    gevent.joinall(asking, timeout=10)
    assert [str(greenlet.exception) for greenlet in asking] == ["a mistake in the code"] * 3
    other.answer = told("9")
    assert peers.ask("pi8", Number) == (8 if meanwhile == "asked again" else 9)


def test_an_asker_that_is_killed_does_not_hang_the_others(other: Peer, asker: Peer) -> None:
    other.meanwhile = lambda: gevent.sleep(60)
    first = _greenlet(asker, lambda: peers.ask("pi8", Number))
    gevent.sleep(0)
    second = _greenlet(asker, lambda: peers.ask("pi8", Number))
    gevent.sleep(0)
    first.kill()
    gevent.joinall([second], timeout=10)
    assert second.dead


@pytest.mark.parametrize(
    ("answer", "warning"),
    [
        (told("no"), "no is no number"),
        (told("first", "last ", done=False, kind="stderr"), "did not answer: last"),
        (told("only this", done=False), "did not answer: only this"),
        (told(done=False), "did not answer: it gave no reason"),
        (TimeoutError("timed out"), "did not answer: the connection broke: timed out"),
        (EOFError("gone"), "did not answer: the connection broke: gone"),
        (OSError("no route to host"), "did not answer: the connection broke: no route"),
        (SSHException("no channel"), "did not answer: the connection broke: no channel"),
    ],
)
def test_no_answer_fails_nobody(
    other: Peer,
    state: SimpleNamespace,
    answer: Any,
    warning: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    other.answer = answer
    assert peers.ask("pi8", Number) is None
    assert peers.ask("pi8", Number) is None
    assert [f"[pi8] {warning}" in record.message for record in caplog.records] == [True]
    assert len(other.commands) == 1
    assert state.failed_hosts == set()


def test_an_empty_answer_is_the_facts_default(other: Peer) -> None:
    other.answer = told()
    assert peers.ask("pi8", Number) is None


def test_a_host_that_nobody_knows(caplog: pytest.LogCaptureFixture) -> None:
    assert peers.ask("pi9", Number) is None
    assert "the inventory has no host 'pi9'" in caplog.text


def test_a_host_that_the_limit_left_out_is_connected(other: Peer) -> None:
    other.connected = False
    assert peers.ask("pi8", Number) == 7
    (arguments,) = other.connections
    assert arguments["show_errors"] is False
    assert "asked about the cluster" in arguments["reason"]


def test_an_unreachable_host_says_nothing(other: Peer) -> None:
    other.connected = False
    other.connecting = lambda: False
    assert peers.ask("pi8", Number) is None

    def refuse() -> bool:
        raise ConnectError("no route to host")

    other.connecting = refuse
    peers.forget()
    assert peers.ask("pi8", Number) is None
    assert other.commands == []


def test_a_host_that_could_not_be_connected_is_not_tried_again(
    other: Peer, state: SimpleNamespace
) -> None:
    other.connected = False
    state.failed_hosts.add(other)
    assert peers.ask("pi8", Number) is None
    assert other.connections == []
    # One that failed later can still be asked.
    other.connected = True
    peers.forget()
    assert peers.ask("pi8", Number) == 7


def test_the_operations_own_sudo_is_used(other: Peer, asker: Peer) -> None:
    asker.current_op_global_arguments = {
        "_sudo": False, "_su_user": "root", "_env": {"A": "b"}, "name": "Join", "_serial": True,
    }  # fmt: skip
    peers.run(other, StringCommand("true"), _stdin="body")  # type: ignore[arg-type]
    ((_, arguments),) = other.commands
    assert arguments == {
        "_sudo": False,
        "_su_user": "root",
        "_env": {"A": "b"},
        "_stdin": "body",
        "_timeout": peers.TIMEOUT_SECONDS,
        "print_output": False,
        "print_input": False,
    }


def test_outside_of_an_operation_the_inventorys_sudo_is_used(other: Peer) -> None:
    peers.run(other, StringCommand("true"), _timeout=5)  # type: ignore[arg-type]
    ((_, arguments),) = other.commands
    assert (arguments["_sudo"], arguments["_timeout"]) == (True, 5)


@pytest.mark.parametrize("verbose", [False, True])
def test_what_is_asked_may_be_shown_and_never_what_comes(
    other: Peer, state: SimpleNamespace, verbose: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    state.print_fact_input = state.print_input = verbose
    peers.ask("pi8", Number)
    peers.run(other, StringCommand("true"))  # type: ignore[arg-type]
    shown = [
        (arguments["print_input"], arguments["print_output"]) for _, arguments in other.commands
    ]
    assert shown == [(verbose, False), (False, False)]
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        (told("a", "b", kind="stderr"), "b"),
        (told("a", " b ", "", "  ", kind="stderr"), "b"),
        (told("printed"), "printed"),
        (told(), "it gave no reason"),
        (told("", " "), "it gave no reason"),
    ],
)
def test_reasons(output: tuple[bool, CommandOutput], reason: str) -> None:
    assert peers.reason(output[1]) == reason
