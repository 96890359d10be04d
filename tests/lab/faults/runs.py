"""Runs of the deploy in whose middle something happens."""

import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.conftest import LabUnderTest
from tests.lab import deploying
from tests.lab.faults import looks
from tests.lab.faults.fault import Look, Step

SECONDS = 420
"""One that waits for ever for a board that is gone is ended."""

FAILED = r"\[{}\].*(?:Error:|error:).*"
"""What a run says of a board that it gives up; to be formatted with the board's name."""


@dataclass
class DisturbedRun:
    """A run; something happens when a line of its log is reached."""

    moment: str
    """Regular expression of that line."""
    happens: Step
    lasts: float = 0.0
    """Seconds that it has to go on after what happens, since it waits for the end of that."""
    log: str = ""
    code: int = 0
    went_on: float = 0.0
    """Seconds from what happened to its end."""

    def do(self, lab: LabUnderTest) -> None:
        """Runs it to its end."""
        happened, lines = 0.0, []
        with _started(lab) as run:
            assert run.stderr is not None
            for line in run.stderr:
                lines.append(line)
                if not happened and re.search(self.moment, line):
                    self.happens(lab)
                    happened = time.monotonic()
        self.went_on = time.monotonic() - happened
        self.code, self.log = run.returncode, "".join(lines)
        assert happened, self.log

    def ended(self, words: str, code: int = 1) -> Look:
        """How it ended, and a line of its log."""

        def look(_: LabUnderTest) -> str:
            assert self.code == code, f"{self.code}\n{self.log}"
            assert "Traceback" not in self.log, self.log
            return f"run: {looks.line(self.log, words)}"

        return look

    def ended_well(self, _: LabUnderTest) -> str:
        """It met what happened, and went on."""
        assert self.code == 0, f"{self.code}\n{self.log}"
        assert self.went_on >= self.lasts, f"it did not wait, {self.went_on} s:\n{self.log}"
        return "run: it waits, and ends well"


@contextmanager
def _started(lab: LabUnderTest) -> Iterator[subprocess.Popen[str]]:
    """A run that has ended afterwards."""
    with subprocess.Popen(
        deploying.command("-y"),
        cwd=deploying.ROOT,
        env=os.environ | lab.environment | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        limit = threading.Timer(SECONDS, process.kill)
        limit.start()
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        finally:
            limit.cancel()


def after(spoil: Step, do: Step) -> Step:
    """One thing, then another."""

    def both(lab: LabUnderTest) -> None:
        spoil(lab)
        do(lab)

    return both
