"""Waiting until a board's clock is right."""

import re
import time
from collections.abc import Callable

from picluster.contact.ssh import Login
from picluster.plan.clock import skew
from picluster.plan.errors import UserError
from picluster.plan.preflight import MAX_SKEW_SECONDS

_PAUSE_SECONDS = 1


class ClockError(UserError):
    """Raised when a board's clock is wrong and stays so."""


def wait_for_clock(login: Login, seconds: float, waiting: Callable[[], None]) -> None:
    """Returns when the board's clock is right, waiting for that as long as `seconds`.

    A Pi has no clock that runs without power: after a boot it is wrong until a time server was
    heard. `waiting` is called once when it has to be waited for. Raises ClockError.
    """
    deadline = time.monotonic() + seconds
    told = False
    while abs(off := _skew(login)) > MAX_SKEW_SECONDS:
        if time.monotonic() >= deadline:
            side = "ahead of" if off > 0 else "behind"
            raise ClockError(
                f"its clock is {_rounded(abs(off))} {side} this computer's. Is its network up, "
                "and does it reach a time server? Look with: timedatectl timesync-status"
            )
        if not told:
            waiting()
            told = True
        time.sleep(min(_PAUSE_SECONDS, max(0.0, deadline - time.monotonic())))


def _skew(login: Login) -> float:
    sent = time.time()
    answer = login.run("date +%s.%N")
    received = time.time()
    # A login script may have said something before.
    match = re.search(r"^(\d+\.\d+)\s*\Z", answer.output, re.MULTILINE)
    if match is None:
        raise ClockError("it does not tell its time: `date +%s.%N` gives no number there")
    return skew(float(match[1]), sent, received)


def _rounded(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    if seconds < 2 * 3600:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.0f} hours" if seconds < 48 * 3600 else f"{seconds / 86400:.0f} days"
