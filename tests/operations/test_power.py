"""Switching boards off, with boards that answer as told."""

import errno
import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from pyinfra.api import FunctionCommand
from pyinfra.connectors.util import CommandOutput, OutputLine

from operations import power
from tests.operations.board import PlayedHost, call, known, outcome_of, playing


class Failed:
    """A host of which only the name counts."""

    def __init__(self, name: str) -> None:
        self.name = name


class Off:
    """A host that goes off when it is told to."""

    name = "pi1"
    print_prefix = "[pi1] "

    def __init__(self) -> None:
        self.data = {"ssh_hostname": "192.0.2.1", "ssh_port": 2222}
        self.commands: list[tuple[str, Any]] = []
        self.disconnected = 0
        self.obeys = True

    def run_shell_command(self, command: str, **more: Any) -> tuple[bool, CommandOutput]:
        self.commands.append((command, more))
        return self.obeys, CommandOutput([OutputLine("stderr", "sudo: a password is required")])

    def disconnect(self) -> None:
        self.disconnected += 1


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Seconds pass by being slept through."""
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    monkeypatch.setattr("time.sleep", lambda s: now.__setitem__(0, now[0] + s))
    yield
    power._absent.clear()


def answering(patch: pytest.MonkeyPatch, *answers: bool) -> list[tuple[str, int]]:
    """What the board's port says, one after the other; the last goes on for ever."""
    asked: list[tuple[str, int]] = []

    def answers_now(address: str, port: int) -> bool:
        asked.append((address, port))
        return answers[min(len(asked), len(answers)) - 1]

    patch.setattr(power, "answers", answers_now)
    return asked


def switch_off(host: Off, *failed: str, timeout: int = 60) -> bool:
    state = SimpleNamespace(failed_hosts={Failed(name) for name in failed})
    return power._off(state, host, timeout)  # type: ignore[arg-type]


def test_it_is_off_when_nobody_answers_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, True, True, False, True, False, False)
    host = Off()
    assert switch_off(host) is True
    assert asked == [("192.0.2.1", 2222)] * 6, "one silence may be a lost packet"
    ((command, more),) = host.commands
    assert "systemctl poweroff" in command
    assert command.endswith("&"), "the command ends before the connection does"
    assert more == {"_sudo": True}
    assert host.disconnected == 1


def test_one_that_cannot_be_told_fails_at_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = answering(monkeypatch, True)
    host = Off()
    host.obeys = False
    assert switch_off(host) is False
    assert asked == []
    assert "could not be told to switch off: sudo: a password is required" in caplog.text


def test_one_that_stays_on_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answering(monkeypatch, True)
    assert switch_off(Off(), timeout=30) is False
    assert "still answers at 192.0.2.1 30 seconds" in caplog.text


def test_nothing_goes_on_after_a_step_failed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = answering(monkeypatch, False)
    host = Off()
    assert switch_off(host, "pi8") is False
    assert host.commands == []
    assert asked == []
    assert "a step before failed on pi8" in caplog.text


def test_boards_that_were_never_there_stop_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, False)
    power.remember_absent(SimpleNamespace(failed_hosts={Failed("pi4")}))  # type: ignore[arg-type]
    assert switch_off(Off(), "pi4") is True
    assert switch_off(Off(), "pi4", "pi8") is False


@pytest.mark.parametrize(
    ("error", "is_alive"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), True),
        (ConnectionResetError(errno.ECONNRESET, "reset"), True),
        (TimeoutError("timed out"), False),
        (OSError(errno.EHOSTUNREACH, "No route to host"), False),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), False),
    ],
)
def test_who_refuses_is_alive(
    monkeypatch: pytest.MonkeyPatch, error: OSError, is_alive: bool
) -> None:
    """While a board shuts down its SSH server goes first, and its network last."""

    def connect(_where: Any, _seconds: float) -> None:
        raise error

    monkeypatch.setattr(socket, "create_connection", connect)
    assert power.answers("192.0.2.1", 22) is is_alive


def test_an_open_port_is_alive() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert power.answers(*server.getsockname())


@pytest.mark.parametrize("executing", [False, True])
def test_whose_turn_it_is_not_is_left_on(executing: bool) -> None:
    assert call(power.off, known({}), executing=executing, present=False).noop


@pytest.mark.parametrize("executing", [False, True])
def test_whose_turn_it_is(executing: bool) -> None:
    host = PlayedHost(known({}))
    with playing(host, executing=executing):
        (command,) = outcome_of(power.off, host).commands
    assert isinstance(command, FunctionCommand)


@pytest.mark.parametrize(
    "arguments", [{"present": "no"}, {"timeout": 0}, {"timeout": True}, {"timeout": "6"}], ids=str
)
def test_wrong_arguments(arguments: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    assert call(power.off, known({}), executing=True, **arguments).noop is None
    assert ": write " in caplog.text
