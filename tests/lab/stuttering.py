"""A stuttering run: killed right after each operation that did something, and begun again."""

import re
from collections.abc import Callable

from tests.conftest import LabUnderTest
from tests.lab.interrupting import STARTING, watch

_STATUS = re.compile(r"^    \[(?P<host>[^]]+)\]\s+(?P<status>Success|Error)\b")

Done = set[tuple[str, str]]
"""Operation and board on which it did something."""


class Reader:
    """Reads a run's log as it comes."""

    def __init__(self) -> None:
        self.done: Done = set()
        self.failed: Done = set()
        self._operation = ""

    def is_over(self, line: str) -> bool:
        """Whether an operation that did something is over, which this line is the first after."""
        if match := _STATUS.search(line):
            kept = self.done if match["status"] == "Success" else self.failed
            kept.add((self._operation, match["host"]))
        if match := STARTING.search(line):
            self._operation = match["name"]
        return line.startswith("-->") and bool(self.done)


def stutter(
    under_test: LabUnderTest, deploy: str, look: Callable[[Done], None] = lambda done: None
) -> int:
    """Runs a deploy and kills it after its first operation that does something, until a whole run
    finds nothing to do; how often it was killed.

    + look: is told after each kill what that run has done
    """
    before: Done = set()
    kills = 0
    while True:
        reader = Reader()
        watched = watch(under_test.environment, reader.is_over, deploy)
        for line in watched.unread.splitlines():
            reader.is_over(line)
        assert not reader.failed, watched.log
        if watched.run is not None:
            run = watched.run
            assert (run.code, run.changes, run.errors) == (0, 0, 0), run.log
            return kills
        assert reader.done - before, f"it goes round in circles:\n{watched.log}"
        before |= reader.done
        kills += 1
        look(reader.done)
