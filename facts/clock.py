"""The clock: how far a board's time is from the controller's."""

import time
from typing import TypedDict

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.arguments import RefusedArgumentError, refusal
from picluster.plan.clock import skew

_UPTIME_STEP = 0.01
"""/proc/uptime counts in hundredths of a second."""

# A Pi has no clock that survives a power cut: after a boot its time is an old one until the first
# answer of a time server, then it jumps. So waiting is watching for the jump. Time that passes is
# measured by the uptime, which does not jump. On its way the command is late by up to a second on
# a busy board, and the board then seems ahead; hence the uneven limits. The date comes last: what
# is done after it would count as the board's clock being late. `timedatectl` would start a service
# only to be asked; the file is systemd-timesyncd's own sign that it has heard a time server.
_COMMAND = r"""export LC_ALL=C
exec 2>/dev/null
uptime() {{ cut -d ' ' -f 1 /proc/uptime; }}
right() {{
  awk -v sent={sent:.6f} -v started="$started" -v date="$(date +%s.%N)" -v uptime="$(uptime)" \
    'BEGIN {{ ahead = date - sent - (uptime - started); exit !(-1 < ahead && ahead < 2) }}'
}}
started=$(uptime) left={wait}
while [ "$left" -gt 0 ] && ! right; do sleep 1; left=$((left - 1)); done
waited=$(uptime)
synchronized=
if [ -e /run/systemd/timesync/synchronized ]; then synchronized=yes
elif [ -d /run/systemd/timesync ]; then synchronized=no; fi
echo "synchronized=$synchronized"
echo "started=$started"
echo "waited=$waited"
echo "uptime=$(uptime)"
echo "date=$(date +%s.%N)"
"""


class Clock(TypedDict):
    """A board's clock against the controller's."""

    skew_seconds: float
    """How far it is off at least: positive when ahead, 0.0 when no difference can be proven."""
    synchronized: bool | None
    """Whether systemd-timesyncd has heard a time server; None without it."""
    waited_seconds: float


def parse_clock(output: list[str], *, sent: float, received: float) -> Clock:
    """The board's answer as data; raises FactProcessError where it cannot be understood.

    + sent: the controller's time before the command was sent, in seconds since 1970
    + received: the same after the answer came
    """
    answer = Answer(output)
    started, waited, uptime = (_seconds(answer, key) for key in ("started", "waited", "uptime"))
    # The board read its date after `uptime`, thus at least this long after the command was sent.
    earliest = sent + max(0.0, uptime - started - _UPTIME_STEP)
    return Clock(
        skew_seconds=round(skew(_seconds(answer, "date"), earliest, received), 3),
        synchronized={"yes": True, "no": False}.get(answer.text("synchronized") or ""),
        waited_seconds=round(max(0.0, waited - started), 2),
    )


def _seconds(answer: Answer, key: str) -> float:
    text = answer.required(key)
    whole, point, fraction = text.partition(".")
    if not (whole.isdecimal() and (fraction.isdecimal() or not point) and text.isascii()):
        raise FactProcessError(f"{key!r} is {text!r}, and no number of seconds")
    return float(text)


class ClockSkew(FactBase[Clock | None]):
    """
    Returns how far a board's clock is off at least, in seconds. ``None`` only where the fact
    failed, and the host with it.

    + wait: seconds the board may take until its clock is right; it answers as soon as it is
    """

    _sent = 0.0
    _sent_monotonic = 0.0

    @override
    def command(self, wait: int = 0) -> str:
        if isinstance(wait, bool) or not isinstance(wait, int) or wait < 0:
            return refusal(
                RefusedArgumentError(f"wait is {wait!r}: write a whole number of seconds")
            )
        self._sent, self._sent_monotonic = time.time(), time.monotonic()
        return _COMMAND.format(sent=self._sent, wait=wait)

    @override
    def process(self, output: list[str]) -> Clock:
        # Should the controller's own clock jump meanwhile, its monotonic one does not.
        received = self._sent + time.monotonic() - self._sent_monotonic
        return parse_clock(output, sent=self._sent, received=received)
