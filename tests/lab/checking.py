"""`picluster check` as its user runs it, and accidents that it has to find."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import accidents, deploying, seen

WAIT_SECONDS = 180.0


@dataclass(frozen=True)
class Checked:
    """A finished `picluster check --json`."""

    code: int
    data: dict[str, Any]

    def reasons(self, name: str) -> list[str]:
        """What one check found wrong."""
        (one,) = [one for one in self.data["checks"] if one["name"] == name]
        return [problem["reason"] for problem in one["problems"]]

    def names(self, result: str) -> set[str]:
        """Checks with this result."""
        return {one["name"] for one in self.data["checks"] if one["result"] == result}

    @property
    def is_green(self) -> bool:
        """Whether every check passed."""
        return self.code == 0 and self.names("passed") == {c["name"] for c in self.data["checks"]}


def check(lab: LabUnderTest, *options: str) -> Checked:
    """Runs it; fails where it could not begin."""
    done = subprocess.run(
        [deploying.PYINFRA.with_name("picluster"), "check", "--json", *options],
        cwd=deploying.ROOT,
        env=os.environ | lab.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )
    assert done.returncode in (0, 1), done.stderr
    return Checked(done.returncode, json.loads(done.stdout))


@dataclass(frozen=True)
class Accident:
    """Something broken on purpose."""

    title: str
    do: Callable[[LabUnderTest], object]
    undo: Callable[[LabUnderTest], object]
    found_by: str
    """The check that has to name it."""
    named: str
    """Regular expression of its reason."""
    follows: frozenset[str] = frozenset()
    """Checks that may fail, or be skipped, because of it."""


@contextmanager
def broken(lab: LabUnderTest, accident: Accident) -> Iterator[None]:
    """While it lasts; the check is green before the end."""
    accident.do(lab)
    try:
        yield
    finally:
        accident.undo(lab)
        wait_until_green(lab)


def wait_until_green(lab: LabUnderTest) -> None:
    """Returns when the quick check finds nothing."""
    accidents.wait_for(
        lambda: check(lab, "--quick").is_green, "it is not green again", seconds=WAIT_SECONDS
    )


def wait_until_found(lab: LabUnderTest, accident: Accident) -> Checked:
    """The first quick check that names it, with nothing else that is said to be broken.

    What it leads to may come and go a little later than itself.
    """
    last: list[Checked] = []

    def found() -> bool:
        last.append(check(lab, "--quick"))
        reasons = last[-1].reasons(accident.found_by)
        return any(re.search(accident.named, reason) for reason in reasons) and not others(
            last[-1], accident
        )

    accidents.wait_for(found, f"{accident.title} is not found", seconds=WAIT_SECONDS)
    return last[-1]


def others(checked: Checked, accident: Accident) -> set[str]:
    """Checks that are not green and have nothing to do with it."""
    return (checked.names("failed") | checked.names("skipped")) - {
        accident.found_by,
        *accident.follows,
    }


def is_found(lab: LabUnderTest, accident: Accident) -> None:
    """It is found and named, and green again when it is mended."""
    with broken(lab, accident):
        checked = wait_until_found(lab, accident)
        assert checked.code == 1


def on(board: str, script: str) -> Callable[[LabUnderTest], object]:
    """A shell script that root runs on this board."""
    return lambda lab: seen.shell(lab.boards[board], script)


def hardware(board: str, *words: str) -> Callable[[LabUnderTest], object]:
    """What the lab plays of a board's hardware."""
    return lambda lab: machine.run(lab.boards[board], "/usr/lib/picluster-lab/hardware", *words)


def stopped(board: str, unit: str, named: str, follows: frozenset[str]) -> Accident:
    """A daemon that somebody stopped."""
    return Accident(
        f"{unit} is stopped",
        on(board, f"systemctl stop {unit}"),
        on(board, f"systemctl start {unit}"),
        "daemons",
        f"^{named} on {board} does not answer on its page",
        follows,
    )


SKEW = Accident(
    "a clock is ten minutes ahead",
    hardware("pi1a", "skew", "600"),
    hardware("pi1a", "skew", "0"),
    "clocks",
    "the clock of pi1a is (599|60[01])[.]. s ahead of",
)
DATANODE = stopped("pi1a", "hdfs-datanode", "DataNode", frozenset({"hdfs-datanodes", "hdfs-files"}))
