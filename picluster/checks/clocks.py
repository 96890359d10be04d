"""Whether the boards' clocks are right, against this computer's."""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from picluster.checks.check import Check
from picluster.checks.cluster import Cluster
from picluster.checks.conditions import nobody
from picluster.checks.verdict import Problem, Verdict, judged
from picluster.contact.ssh import LoginError
from picluster.plan.preflight import MAX_SKEW_SECONDS

_QUESTIONS = 3
"""The one with the shortest round trip counts."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A board's time, and this computer's before and after it was told; seconds since 1970."""

    sent: float
    board: float
    received: float

    @property
    def offset(self) -> float:
        """Seconds that the board is ahead, if the way there was as long as the way back."""
        return self.board - (self.sent + self.received) / 2

    @property
    def uncertainty(self) -> float:
        """Seconds by which the offset may be wrong at most."""
        return (self.received - self.sent) / 2


def judge(found: Mapping[str, Reading]) -> Iterator[Problem]:
    """Each board that is off by more than the limit, whatever the network did."""
    for name, reading in found.items():
        if abs(reading.offset) - reading.uncertainty > MAX_SKEW_SECONDS:
            side = "ahead of" if reading.offset > 0 else "behind"
            yield Problem(
                f"the clock of {name} is {abs(reading.offset):.1f} s {side} this computer's "
                f"(measured to ± {reading.uncertainty:.2f} s; at most {MAX_SKEW_SECONDS:g} s)",
                f"timedatectl timesync-status on {name}: it needs a time server (UDP port 123); "
                "and see whether this computer's own clock is right",
            )


def largest(found: Mapping[str, Reading]) -> str:
    """The largest difference in words."""
    if not found:
        return "no clock was read"
    reading = max(found.values(), key=lambda one: abs(one.offset))
    return (
        f"at most {abs(reading.offset):.2f} ± {reading.uncertainty:.2f} s off; "
        f"limit {MAX_SKEW_SECONDS:g} s"
    )


def ask(cluster: Cluster) -> Verdict:
    """Asks all boards for their time."""
    found, problems = cluster.on_boards(lambda node: _read(cluster, node.name))
    problems += judge(found)
    return judged(largest(found), problems)


def _read(cluster: Cluster, name: str) -> Reading:
    readings = [_read_once(cluster, name) for _ in range(_QUESTIONS)]
    return min(readings, key=lambda reading: reading.uncertainty)


def _read_once(cluster: Cluster, name: str) -> Reading:
    sent = time.time()
    answer = cluster.run(name, "date +%s.%N")
    received = time.time()
    # A login script may have said something before.
    match = re.search(r"^(\d+\.\d+)\s*\Z", answer.output, re.MULTILINE)
    if match is None:
        raise LoginError("it does not tell its time: `date +%s.%N` gives no number there")
    return Reading(sent, float(match[1]), received)


CHECK = Check(
    "clocks",
    "Clocks agree with this computer's",
    f"the time that each board tells, with the round trip of the question taken off; "
    f"{MAX_SKEW_SECONDS:g} s are the limit",
    ask,
    nobody,
)
