"""Waiting until the cluster is whole again, after its boards were switched on."""

import time
from collections.abc import Callable, Sequence

from picluster.checks import disks, memory, portainer, power
from picluster.checks.check import SSH, Check
from picluster.checks.everything import ALL
from picluster.checks.running import Outcome

LEFT_OUT = (memory.CHECK, power.CHECK, disks.CHECK)
"""Checks of what a start does not change, and waiting would not mend."""

WAITED_FOR: tuple[Check, ...] = tuple(
    check for check in ALL if not check.is_job and check not in LEFT_OUT
)

STAYS_BROKEN: frozenset[str] = frozenset({portainer.AGENTS.name})
"""Checks of what may not come back by itself: Portainer's agents look for each other once, at their
start, and those that began before the others could be found stay alone.
"""

HOPE_SECONDS = 60.0
"""How long such a thing may be all that is missing, before waiting on is of no use."""

POLL_SECONDS = 2.0
"""Between two looks. A look takes seconds itself while boards do not answer."""


def wait(
    look: Callable[[], Sequence[Outcome]], seconds: float, tell: Callable[[str], None]
) -> Sequence[Outcome]:
    """Looks until nothing fails, nothing more comes back by itself, or the time is over.

    Returns the last look's outcomes.

    + look: runs the checks once
    + seconds: how long to wait; a look that has begun is ended
    + tell: called after each look with how far it is
    """
    deadline = time.monotonic() + seconds
    stuck_since: float | None = None
    while True:
        outcomes = look()
        tell(progress(outcomes))
        now = time.monotonic()
        missing = {one.check.name for one in failures(outcomes)}
        if not missing or now >= deadline:
            return outcomes
        if not missing <= STAYS_BROKEN:
            stuck_since = None
        elif stuck_since is None:
            stuck_since = now
        elif now - stuck_since >= HOPE_SECONDS:
            return outcomes
        time.sleep(POLL_SECONDS)


def failures(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Those that failed."""
    return [one for one in outcomes if one.verdict.state == "failed"]


def progress(outcomes: Sequence[Outcome]) -> str:
    """Such as `12 of 17 checks pass; waiting for: SSH to all boards`."""
    missing = failures(outcomes)
    passed = sum(one.verdict.state == "passed" for one in outcomes)
    said = f"{passed} of {len(outcomes)} checks pass"
    if not missing:
        return said
    # While a board is away, what waits for it fails too.
    first = next((one for one in missing if one.check.name == SSH), None)
    shown = first.verdict.problems if first is not None else ()
    reasons = [problem.reason for problem in shown] or [one.check.title for one in missing]
    return f"{said}; waiting for: {'; '.join(reasons)}"
