"""Seconds of a command, run as a user runs it."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Timed:
    """A command that has ended well."""

    seconds: float
    output: str
    log: str
    """Its standard error."""


def timed(words: Sequence[str], environment: Mapping[str, str]) -> Timed:
    """Runs a command in the project's folder; one that fails ends the benchmark.

    + environment: beside that of this process
    """
    started = time.monotonic()
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=os.environ | dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - started
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(words)} failed:\n{done.stderr[-3000:]}")
    return Timed(seconds, done.stdout, done.stderr)
