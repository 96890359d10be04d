"""Runs that are killed (SIGKILL of pyinfra) at a moment that a test says."""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from docker.errors import APIError
from docker.models.containers import Container

from tests.lab import accidents, deploying, seen

Boards = dict[str, Container]
Moment = Callable[[str], bool]
"""Says of a line of the log whether to kill now."""
When = Callable[[Boards], Moment]

STARTING = re.compile(r"^--> Starting (?:serial )?operation: (?P<name>.+?)\s*$", re.MULTILINE)
WAIT_SECONDS = 180


@dataclass(frozen=True)
class Watched:
    """A run that was read line by line."""

    log: str
    unread: str
    """What it wrote until it was dead."""
    run: deploying.Run | None
    """None where it was killed."""


def watch(
    environment: Mapping[str, str], reached: Moment, deploy: str = "deploys/all.py"
) -> Watched:
    """Starts a run and kills it at the first line of its log that `reached` accepts."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            deploying.command("-y", deploy=deploy),
            cwd=deploying.ROOT,
            env=os.environ | dict(environment) | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        lines, killed = [], False
        try:
            for line in process.stderr:
                lines.append(line)
                if reached(line):
                    killed = True
                    break
            else:
                process.wait()
        finally:
            process.kill()
            unread = process.stderr.read()
            process.wait()
            process.stderr.close()
        output.seek(0)
        text = output.read()
    log = "".join(lines)
    found = json.loads(text) if text.startswith("{") else {}
    return Watched(log, unread, None if killed else deploying.Run(process.returncode, found, log))


def kill_in_the_middle(environment: Mapping[str, str], reached: Moment) -> None:
    """Kills a run while it is in the operation in which `reached` says so."""
    watched = watch(environment, reached)
    assert watched.run is None, f"the run ended before it could be killed:\n{watched.log}"
    assert not STARTING.search(watched.unread), f"killed too late:\n{watched.unread}"


def within(name: str, board: str, condition: str) -> When:
    """When the operation has begun and then a shell condition holds on a board.

    + name: as in the log, with its deploy's: `HDFS | Format HDFS`
    """

    def moment(boards: Boards) -> Moment:
        def reached(line: str) -> bool:
            match = STARTING.search(line)
            if match is None or match["name"] != name:
                return False
            wait_for(boards[board], condition)
            return True

        return reached

    return moment


def says(words: str) -> When:
    """When a line of the log has these words."""
    return lambda _boards: lambda line: words in line


def wait_for(board: Container, condition: str) -> None:
    """Returns when a shell condition holds on the board; while it reboots none does."""
    script = f"if {condition}; then echo yes; fi"

    def holds() -> bool:
        try:
            return seen.shell(board, script).strip() == "yes"
        except (APIError, AssertionError):
            return False

    accidents.wait_for(holds, f"never came true: {condition}", seconds=WAIT_SECONDS)
