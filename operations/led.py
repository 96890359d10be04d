"""The LEDs of a board: to find it among others that look the same."""

from pyinfra.api import StringCommand, operation

from operations.difference import note
from operations.failure import Commands, fail
from operations.led_scripts import BLINK, start

MOST_SECONDS = 3600


@operation(is_idempotent=False)
def blink(seconds: int = 30) -> Commands:
    """
    Let the board's LEDs ACT and PWR blink, five times a second, and put them back afterwards.

    + seconds: how long, from 1 to 3600

    Begins and returns; the board ends it by itself. Called again it begins anew.

    **Example:**

    .. code:: python

        led.blink(name="Show which board this is", seconds=60)
    """
    if (
        isinstance(seconds, bool)
        or not isinstance(seconds, int)
        or not 1 <= seconds <= MOST_SECONDS
    ):
        yield fail(f"seconds is {seconds!r}: write a whole number from 1 to {MOST_SECONDS}")
        return
    note("LEDs", "as always", f"blinking for {seconds} s")
    yield StringCommand(start(seconds), _stdin=BLINK)
