"""Playing a fault from its beginning to its end: done, seen, ended, and nothing lost."""

import time
from collections.abc import Callable
from contextlib import suppress

from tests.conftest import LabUnderTest
from tests.lab import checking, deploying
from tests.lab.faults.fault import Ends, Fault
from tests.lab.faults.treasure import WHOLE, Treasure, write_page

SEEN_SECONDS = 180.0
POLL_SECONDS = 0.2

AGENTS = "Portainer | Restart agents that lost each other"
"""A run may do this without having announced it: docs/reliability.md."""

Record = Callable[[str, object], None]
"""Takes a column of the table and what stands there."""


def play(lab: LabUnderTest, fault: Fault, treasure: Treasure, record: Record) -> None:
    """Fails unless it is seen, and ends, as the table says."""
    try:
        _play(lab, fault, treasure, record)
    except BaseException:
        # So that the next one does not find what this one left.
        for step in (fault.undo, fault.ends.by, fault.tidy):
            with suppress(Exception):
                if step is not None:
                    step(lab)
        deploying.apply(lab.environment)
        raise
    if fault.tidy is not None:
        fault.tidy(lab)


def _play(lab: LabUnderTest, fault: Fault, treasure: Treasure, record: Record) -> None:
    record("boards", str(len(lab.boards)))
    try:
        fault.do(lab)
        record("what a user sees", _until_seen(lab, fault))
    finally:
        if fault.undo is not None:
            fault.undo(lab)
    begin = time.monotonic()
    record("how it ends", _end(lab, fault.ends, fault.within))
    record("seconds", f"{time.monotonic() - begin:.0f} of {fault.within:.0f}")
    nothing_is_left(lab)
    if fault.loses is not None:
        write_page(lab, fault.loses)
    treasure.check(lab)
    record("data", WHOLE if fault.loses is None else f"{WHOLE}, but for {fault.loses}'s own volume")


def _until_seen(lab: LabUnderTest, fault: Fault) -> str:
    deadline = time.monotonic() + SEEN_SECONDS
    while (words := fault.seen(lab)) is None:
        assert time.monotonic() < deadline, f"nobody sees it: {fault.title}"
        time.sleep(POLL_SECONDS)
    return words


def _end(lab: LabUnderTest, ends: Ends, within: float) -> str:
    """How it ended, in words; fails unless that took no longer than `within` seconds."""
    deadline = time.monotonic() + within
    dry = deploying.dry_run(lab.environment) if ends.runs and ends.by is None else None
    if ends.by is not None:
        ends.by(lab)
    if ends.runs:
        run = deploying.apply(lab.environment)
        assert (run.code, run.errors) == (0, 0), run.log
        executed = _without_agents(run.executed)
        if dry is not None:
            assert executed == _without_agents(dry.announced), dry.log + run.log
        if ends.mends is not None:
            assert executed == ends.mends, run.log
    if ends.but_agents and _all_but_agents(lab, deadline):
        run = deploying.apply(lab.environment)
        assert (run.code, run.errors, _without_agents(run.executed)) == (0, 0, {}), run.log
        green(lab, deadline)
        return f"{ends.how}; Portainer's agents by one plain run" if run.executed else ends.how
    green(lab, deadline)
    return ends.how


def _without_agents(changes: deploying.Announced) -> deploying.Announced:
    return {name: boards for name, boards in changes.items() if name != AGENTS}


def _all_but_agents(lab: LabUnderTest, deadline: float) -> bool:
    """Whether the agents are all that does not come back; waits until nothing else is wrong."""
    while not (checked := checking.check(lab, "--quick")).is_green:
        wrong = checked.names("failed") | checked.names("skipped")
        if wrong == {"portainer-agents"}:
            return True
        assert time.monotonic() < deadline, problems(checked)
    return False


def green(lab: LabUnderTest, deadline: float) -> None:
    """Returns when the quick check finds nothing."""
    while not (checked := checking.check(lab, "--quick")).is_green:
        assert time.monotonic() < deadline, problems(checked)
    assert time.monotonic() <= deadline, "it is green, but too late"


def problems(checked: checking.Checked) -> list[str]:
    """All that a check found wrong."""
    return [
        f"{check['name']}: {problem['reason']}"
        for check in checked.data["checks"]
        for problem in check["problems"]
    ]


def nothing_is_left(lab: LabUnderTest) -> None:
    """A dry run would change nothing."""
    dry = deploying.dry_run(lab.environment)
    assert (dry.code, dry.announced) == (0, {}), dry.log
