"""One moment at which a run is killed, and the proof that one plain run makes up for it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import deploying, fingerprint, hadoop_seen, seen
from tests.lab.holding import release
from tests.lab.interrupting import When, kill_in_the_middle, watch, within

Record = Callable[[str, object], None]
"""pytest's record_property."""


def nothing(under_test: LabUnderTest) -> None:
    """For a case that needs no more."""


@dataclass(frozen=True)
class Interruption:
    """On a converged cluster something is undone by hand; a run that does it again is killed."""

    prepare: Callable[[LabUnderTest], None]
    """Brings the boards into the state before the operation."""
    board: str
    """That the operation works on."""
    moment: When
    power_cut: bool = False
    """The board loses its power at the same moment."""
    afterwards: Callable[[LabUnderTest], None] = nothing
    """What is done, or looked at, before the next run."""
    new_hdfs: bool = False
    """Whether HDFS begins anew; else it is the same one afterwards, with the same content."""
    still_there: str | None = None
    """An operation of the next run that comes to what the killed run has left at work, and waits
    for it. Else what is held on the board goes on after the kill, and nobody listens any more."""


def on(board: str, script: str) -> Callable[[LabUnderTest], None]:
    """Something done by hand on a board."""
    return lambda under_test: spoil(under_test, board, script)


def spoil(under_test: LabUnderTest, board: str, script: str) -> None:
    """The same."""
    seen.shell(under_test.boards[board], f"set -e; {{ {script}\n}} >/dev/null 2>&1")


def case_ends_as_before(
    under_test: LabUnderTest,
    name: str,
    case: Interruption,
    whole: fingerprint.Fingerprint,
    record: Record,
) -> None:
    """It does; recorded as this case of the table of kills."""
    record("table", "kills")
    record("case", name)
    record("power cut", "yes" if case.power_cut else "no")
    record("seconds", round(ends_as_before(under_test, case, whole)))


def ends_as_before(
    under_test: LabUnderTest, case: Interruption, whole: fingerprint.Fingerprint
) -> float:
    """The killed run, a plain one without an error, one that changes nothing, and the same end
    state; how many seconds the plain run took.
    """
    before = identities(under_test)
    try:
        case.prepare(under_test)
        kill_in_the_middle(under_test.environment, case.moment(under_test.boards))
        seconds = _made_up_for(under_test, case)
        release(under_test.boards[case.board])
    except BaseException:
        # The next one begins on a healthy lab.
        machine.start(under_test.boards[case.board])
        release(under_test.boards[case.board])
        deploying.apply(under_test.environment)
        raise
    third = deploying.apply(under_test.environment)
    assert (third.code, third.changes, third.errors) == (0, 0, 0), third.log
    fingerprint.is_the_same(under_test, whole)
    made_anew = {what for what, which in identities(under_test).items() if before[what] != which}
    assert made_anew == ({"hdfs"} if case.new_hdfs else set())
    return seconds


def identities(under_test: LabUnderTest) -> dict[str, str]:
    """Which Swarm and which HDFS it is; one that was made anew has lost what was in it."""
    head = hadoop_seen.head(under_test)
    return {
        "swarm": seen.shell(head, "docker info --format '{{ .Swarm.Cluster.ID }}' 2>/dev/null"),
        "hdfs": seen.shell(head, "grep ^clusterID= /var/lib/hadoop/namenode/current/VERSION"),
    }


def _made_up_for(under_test: LabUnderTest, case: Interruption) -> float:
    """What follows the kill, up to the end of the plain run; how long that took."""
    board = under_test.boards[case.board]
    if case.power_cut:
        machine.cut_power(board)
        machine.start(board)
    if case.still_there is None:
        release(board)
    case.afterwards(under_test)
    began = time.monotonic()
    run = _plain_run(under_test, case)
    assert (run.code, run.errors) == (0, 0), run.log
    return time.monotonic() - began


def _plain_run(under_test: LabUnderTest, case: Interruption) -> deploying.Run:
    if case.still_there is None:
        return deploying.apply(under_test.environment)
    boards = under_test.boards
    waits = within(case.still_there, case.board, "pgrep -x flock >/dev/null")(boards)
    came = False

    def reached(line: str) -> bool:
        nonlocal came
        if waits(line):
            came = True
            release(boards[case.board])
        return False

    watched = watch(under_test.environment, reached)
    assert watched.run is not None
    assert came, f"{case.still_there} did not come:\n{watched.log}"
    return watched.run
