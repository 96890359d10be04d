"""The rule for sudo, how it gets onto a board, and what is said where it does not."""

import subprocess
from collections.abc import Iterator

import pytest
from typing_extensions import override

from picluster.contact import clock, sudo_rule
from picluster.contact.clock import ClockError, wait_for_clock
from picluster.contact.passwords import VARIABLE, passwords
from picluster.contact.ssh import Login, Result
from picluster.contact.sudo import SudoError, SudoState, WrongPasswordError, install, probe
from picluster.plan.errors import UserError

PASSWORD = "s3cret 'words'"  # noqa: S105 - of no board
DONE = Result(0, sudo_rule.STARTED, "")


class Board(Login):
    """Answers each command with the next of these results."""

    def __init__(self, *results: Result) -> None:
        self.results = iter(results)
        self.commands: list[tuple[str, bytes]] = []

    @override
    def run(self, command: str, stdin: bytes = b"") -> Result:
        self.commands.append((command, stdin))
        return next(self.results)


@pytest.fixture(autouse=True)
def right_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No board is asked for its time but where a test says so."""
    with monkeypatch.context() as patch:
        patch.setattr("picluster.contact.sudo.wait_for_clock", lambda *_: None)
        yield


def put(board: Board, password: str | None = PASSWORD) -> None:
    install(board, "pi", password, clock_seconds=0, waiting=lambda: None)


def test_rule() -> None:
    assert sudo_rule.rule("pi") == "pi ALL=(ALL) NOPASSWD: ALL"


def test_the_file_s_name_is_one_that_sudo_reads() -> None:
    name = sudo_rule.PATH.rpartition("/")[2]
    assert "." not in name
    assert not name.endswith("~")


@pytest.mark.parametrize(
    "user", ["", "pi ALL", "ALL", "%sudo", "pi\nroot", "pi,root", "$(id)", "a; id", "-x", "pi\n"]
)
def test_what_is_no_user_name_becomes_no_rule(user: str) -> None:
    with pytest.raises(ValueError, match="is no user name"):
        sudo_rule.install_command(user, with_password=True)


@pytest.mark.parametrize(
    "command",
    [
        sudo_rule.probe_command(),
        sudo_rule.inspect_command("pi"),
        sudo_rule.install_command("pi", with_password=True),
        sudo_rule.install_command("pi", with_password=False),
    ],
)
def test_commands_are_shell(command: str) -> None:
    subprocess.run(["sh", "-n", "-c", command], check=True)


@pytest.mark.parametrize(
    ("results", "state"),
    [
        ([Result(0, "", ""), Result(0, "", "")], SudoState.READY),
        ([Result(0, "", ""), Result(1, "", "")], SudoState.OPEN),
        ([Result(1, "", "sudo: a password is required")], SudoState.LOCKED),
    ],
)
def test_probe(results: list[Result], state: SudoState) -> None:
    assert probe(Board(*results), "pi") is state


def test_no_sudo_at_all() -> None:
    with pytest.raises(SudoError, match="apt-get install sudo"):
        probe(Board(Result(127, "", "env: 'sudo': No such file or directory")), "pi")


def test_the_password_goes_to_standard_input_only() -> None:
    board = Board(DONE, Result(0, "", ""))
    put(board)
    assert board.commands[0][1] == PASSWORD.encode() + b"\n"
    assert not any("s3cret" in command for command, _ in board.commands)


def test_without_a_password_none_is_asked_for() -> None:
    board = Board(DONE, Result(0, "", ""))
    put(board, None)
    assert "sudo -n sh" in board.commands[0][0]
    assert board.commands[0][1] == b""


@pytest.mark.parametrize(
    ("output", "kind", "message"),
    [
        (
            "Sorry, try again.\nsudo: no password was provided\nsudo: 1 incorrect password attempt",
            WrongPasswordError,
            "this is not the password of user pi",
        ),
        ("pi is not in the sudoers file.", SudoError, "usermod -aG sudo pi"),
        (
            f"{sudo_rule.STARTED}\nsh: 7: visudo: not found\n",
            SudoError,
            "nothing was changed: sh: 7: visudo: not found",
        ),
        ("sudo: account expired\n", SudoError, "sudo failed: sudo: account expired"),
        ("", SudoError, "it gave no reason"),
    ],
)
def test_failures(output: str, kind: type[SudoError], message: str) -> None:
    with pytest.raises(kind) as caught:
        put(Board(Result(1, output, "")))
    assert message in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_later_rule_that_takes_it_back() -> None:
    with pytest.raises(SudoError, match="a later rule takes it back"):
        put(Board(DONE, Result(1, "", "sudo: a password is required")))


def test_password_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    monkeypatch.setattr("picluster.contact.passwords.interactive", lambda: False)
    assert list(passwords("pi", "pi8")) == [PASSWORD]


def test_three_passwords_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    monkeypatch.setattr("picluster.contact.passwords.interactive", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *_, **__: "typed")
    assert list(passwords("pi", "pi8")) == [PASSWORD, "typed", "typed"]


@pytest.mark.parametrize(
    ("value", "message"), [("", "on pi8, and"), ("a\nb", "more than one line")]
)
def test_no_password(monkeypatch: pytest.MonkeyPatch, value: str, message: str) -> None:
    monkeypatch.setenv(VARIABLE, value)
    monkeypatch.setattr("picluster.contact.passwords.interactive", lambda: False)
    with pytest.raises(UserError, match=message):
        next(passwords("pi", "pi8"))


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr("time.time", lambda: seconds)


def test_a_clock_that_is_set_while_it_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 1000.0)
    monkeypatch.setattr(clock, "_PAUSE_SECONDS", 0)
    told: list[None] = []
    board = Board(*(Result(0, f"{time}\n", "") for time in ("10.5", "10.6", "1001.5")))
    wait_for_clock(board, 5, lambda: told.append(None))
    assert len(told) == 1
    assert len(board.commands) == 3


@pytest.mark.parametrize(
    ("shown", "message"),
    [
        ("8200.5", "its clock is 2 hours ahead of this computer's"),
        ("990.0", "its clock is 10 seconds behind this computer's"),
        ("Hello!\n700.0", "its clock is 5 minutes behind"),
        ("date: bad format", "does not tell its time"),
    ],
)
def test_a_clock_that_stays_wrong(
    monkeypatch: pytest.MonkeyPatch, shown: str, message: str
) -> None:
    at(monkeypatch, 1000.0)
    with pytest.raises(ClockError, match=message):
        wait_for_clock(Board(Result(0, f"{shown}\n", "")), 0, lambda: None)
