"""What has to hold of a drift: it is named, announced and mended, and nothing else is touched."""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.conftest import LabUnderTest
from tests.lab import accidents, deploying, fingerprint, seen
from tests.lab.deploying import Announced
from tests.lab.drifts.drift import Drift
from tests.lab.drifts.hidden import Hidden

PICLUSTER = deploying.PYINFRA.with_name("picluster")
SOME, NONE = 3, 0
"""Exit codes of `picluster drift`."""

Record = Callable[[str, object], None]
"""pytest's record_property."""


@dataclass(frozen=True)
class Told:
    """What `picluster drift` has said."""

    code: int
    rows: list[dict[str, Any]]
    log: str

    @property
    def lines(self) -> list[str]:
        """A line for each row."""
        return [
            f"{row['board']}: {row['what']}: {row['found']} -> {row['wanted']}" for row in self.rows
        ]

    @property
    def announced(self) -> Announced:
        """Operations to the boards that they would change."""
        boards = defaultdict(set)
        for row in self.rows:
            boards[row["operation"]].add(row["board"])
        return {operation: frozenset(names) for operation, names in boards.items()}


def tell(under_test: LabUnderTest) -> Told:
    """Asks `picluster drift`."""
    done = subprocess.run(
        [sys.executable, PICLUSTER, "drift", "--json"],
        cwd=deploying.ROOT,
        env=os.environ | under_test.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    answer = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    log = f"{done.stderr}\n{answer.get('silent')} {answer.get('failure')}"
    return Told(done.returncode, answer.get("drift", []), log)


def case_is_noticed_and_mended(
    under_test: LabUnderTest,
    case: str,
    drift: Drift,
    whole: fingerprint.Fingerprint,
    record: Record,
) -> None:
    """One drift is; recorded as this case of the table of drifts."""
    record("table", "drifts")
    record("case", case)
    are_noticed_and_mended(under_test, [drift], whole, record)


def are_noticed_and_mended(
    under_test: LabUnderTest,
    drifts: Sequence[Drift],
    whole: fingerprint.Fingerprint,
    record: Record,
) -> None:
    """They are named, and nothing else is; one run does what was announced, and leaves the lab
    whole.

    + drifts: one, or several that do not hide each other
    + whole: the lab's fingerprint without them
    """
    try:
        for drift in drifts:
            spoil(under_test, drift)
        are_named(under_test, drifts, record)
        before = processes(under_test)
        run = deploying.apply(under_test.environment)
        assert (run.code, run.errors) == (0, 0), run.log
        assert run.executed == together(drifts)
        rebooted = {drift.board for drift in drifts if drift.reboots}
        restarted = {
            (board, unit)
            for board, unit in stopped(before, processes(under_test))
            if board not in rebooted
        }
        wished = {(drift.board, unit) for drift in drifts for unit in drift.restarts}
        assert restarted == wished, restarted ^ wished
        nothing_is_left(under_test, whole)
    except BaseException:
        # The next one begins on a healthy lab.
        deploying.apply(under_test.environment)
        raise


def is_mended_with_what_it_hides(
    under_test: LabUnderTest, hidden: Hidden, whole: fingerprint.Fingerprint, record: Record
) -> None:
    """The dry run announces what can be known, and one run mends all of it.

    + whole: the lab's fingerprint without any of it
    """
    record("announced", _in_words(hidden.announced))
    record("executed", _in_words(hidden.executed))
    try:
        for drift in hidden.drifts:
            spoil(under_test, drift)
        told = tell(under_test)
        assert told.code == SOME, told.log
        assert told.announced == hidden.announced, told.lines
        run = deploying.apply(under_test.environment)
        assert (run.code, run.errors) == (0, 0), run.log
        assert run.executed == hidden.executed
        nothing_is_left(under_test, whole)
    except BaseException:
        deploying.apply(under_test.environment)
        raise


def together(drifts: Sequence[Drift]) -> Announced:
    """What has to be announced for all of them."""
    boards: defaultdict[str, set[str]] = defaultdict(set)
    for drift in drifts:
        for operation, names in drift.announced.items():
            boards[operation] |= names
    return {operation: frozenset(names) for operation, names in boards.items()}


def _in_words(announced: Announced) -> str:
    return "; ".join(f"{name}: {', '.join(sorted(b))}" for name, b in announced.items())


def spoil(under_test: LabUnderTest, drift: Drift) -> None:
    """Does it, and waits until it has its effect."""
    if callable(drift.spoil):
        drift.spoil(under_test)
    else:
        board = under_test.boards[drift.board]
        seen.shell(board, f"{{ {drift.spoil}\n}} >/dev/null 2>&1")
    if drift.reboots:
        under_test.lab.restart(drift.board)
    accidents.wait_for(lambda: drift.shows(under_test), "what was done has no effect")


def are_named(under_test: LabUnderTest, drifts: Sequence[Drift], record: Record) -> None:
    """`picluster drift` tells of them and of nothing else."""
    told = tell(under_test)
    announced = together(drifts)
    record("announced", _in_words(announced))
    record("rows", "; ".join(told.lines))
    assert told.code == SOME, told.log
    assert told.announced == announced, told.lines
    names = [name for drift in drifts for name in drift.names]
    assert [line for line in told.lines if not any(re.search(n, line) for n in names)] == []
    assert [n for n in names if not any(re.search(n, line) for line in told.lines)] == [], (
        told.lines
    )


def nothing_is_left(under_test: LabUnderTest, whole: fingerprint.Fingerprint) -> None:
    """`picluster drift` names nothing any more, and the lab is what it was."""
    after = tell(under_test)
    assert (after.code, after.lines) == (NONE, []), after.log
    fingerprint.is_the_same(under_test, whole)


_UNITS = (
    "systemctl list-units --plain --no-legend --state=running --type=service "
    "'docker*' 'containerd*' 'hdfs-*' 'yarn-*' 'mapred-*' 'spark-*' "
    "'picluster-artefacts*' 'picluster-home*' | "
    "while read -r unit rest; do "
    'echo "$unit $(systemctl show --property=MainPID --value "$unit")"; done'
)


def processes(under_test: LabUnderTest) -> dict[tuple[str, str], str]:
    """Board and unit to its main process, for all that run."""
    return {
        (name, line.split()[0]): line.split()[1]
        for name, board in under_test.boards.items()
        for line in seen.told(board, _UNITS).splitlines()
    }


def stopped(
    before: dict[tuple[str, str], str], after: dict[tuple[str, str], str]
) -> set[tuple[str, str]]:
    """Board and unit of those that do not run any more, or with another process."""
    return {key for key, process in before.items() if after.get(key) != process}
