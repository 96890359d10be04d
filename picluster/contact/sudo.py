"""Getting sudo without a password on one board."""

from collections.abc import Callable
from enum import Enum

from picluster.contact import sudo_rule
from picluster.contact.clock import wait_for_clock
from picluster.contact.ssh import Login
from picluster.plan.errors import UserError


class SudoState(Enum):
    """How a board's user may use sudo."""

    READY = "without a password, by this project's rule"
    OPEN = "without a password, by somebody else's rule"
    LOCKED = "with a password, or not at all"


class SudoError(UserError):
    """Raised when sudo could not be had on a board."""


class WrongPasswordError(SudoError):
    """Raised when a board's sudo does not take the password."""


def probe(login: Login, user: str) -> SudoState:
    """How sudo stands on a board."""
    answer = login.run(sudo_rule.probe_command())
    if answer.code == 127 or "sudo: not found" in answer.errors:
        raise SudoError("there is no sudo; install it as root: apt-get install sudo")
    if answer.code != 0:
        return SudoState.LOCKED
    found = login.run(sudo_rule.inspect_command(user))
    return SudoState.READY if found.code == 0 else SudoState.OPEN


def install(
    login: Login,
    user: str,
    password: str | None,
    *,
    clock_seconds: float,
    waiting: Callable[[], None],
) -> None:
    """Lets the user use sudo without a password from now on. Raises UserError.

    + password: the user's, None where sudo works without it
    + clock_seconds: how long to wait for the board's clock before giving up
    + waiting: called once when the clock has to be waited for
    """
    wait_for_clock(login, clock_seconds, waiting)
    command = sudo_rule.install_command(user, with_password=password is not None)
    # surrogateescape: a password from the environment may be no UTF-8.
    stdin = b"" if password is None else password.encode(errors="surrogateescape") + b"\n"
    answer = login.run(command, stdin)
    if answer.code != 0:
        raise _failure(user, answer.output)
    if login.run(sudo_rule.probe_command()).code != 0:
        raise SudoError(
            f"{sudo_rule.PATH} is written, but sudo still asks for a password: a later rule "
            "takes it back. Look on the board: sudo -l; sudo ls /etc/sudoers.d"
        )


def _failure(user: str, output: str) -> SudoError:
    """What a failed installation means. sudo never repeats the password, nor does this."""
    _, started, rest = output.partition(sudo_rule.STARTED)
    if started:
        return SudoError(f"the rule could not be written, nothing was changed: {_line(rest)}")
    if "incorrect password" in output or "no password was provided" in output:
        return WrongPasswordError(f"this is not the password of user {user}")
    if "not in the sudoers file" in output or "not allowed to" in output:
        return SudoError(
            f"user {user} may not use sudo; as a user who may: sudo usermod -aG sudo {user}"
        )
    return SudoError(f"sudo failed: {_line(output)}")


def _line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
