"""Runs that are killed: after an operation, or in the middle of one."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping

from docker.models.containers import Container

from tests.lab import deploying, seen

Boards = dict[str, Container]
Moment = Callable[[str], bool]
"""Says of a line of the log whether to kill now."""
When = Callable[[Boards], Moment]

_STARTING = re.compile(r"Starting (?:serial )?operation: (?P<name>.+?)\s*$")
WAIT_SECONDS = 120


def kill_when(environment: Mapping[str, str], reached: Moment, *arguments: str) -> None:
    """Starts a run and kills it (SIGKILL) at the first line of its log that `reached` accepts."""
    process = subprocess.Popen(
        deploying.command("-y", *arguments),
        cwd=deploying.ROOT,
        env=os.environ | dict(environment) | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    log = []
    assert process.stderr is not None
    for line in process.stderr:
        log.append(line)
        if reached(line):
            process.kill()
            break
    else:
        message = "the run ended before it could be killed:\n" + "".join(log)
        raise AssertionError(message)
    process.wait()
    process.stderr.close()


def starts(name: str) -> When:
    """When the operation begins: the one before it is over."""
    return lambda _boards: lambda line: _begins(line, name)


def within(name: str, board: str, condition: str) -> When:
    """When the operation has begun and then a shell condition holds on a board."""

    def moment(boards: Boards) -> Moment:
        def reached(line: str) -> bool:
            if not _begins(line, name):
                return False
            wait_for(boards[board], condition)
            return True

        return reached

    return moment


def held(name: str, board: str, program: str, word: str) -> When:
    """When the operation waits on a board for a call of a program whose words include one."""

    def moment(boards: Boards) -> Moment:
        hold(boards[board], program, word)
        return within(name, board, "[ -e /run/held ]")(boards)

    return moment


def says(words: str) -> When:
    """When a line of the log has these words."""
    return lambda _boards: lambda line: words in line


def _begins(line: str, name: str) -> bool:
    match = _STARTING.search(line)
    return match is not None and match["name"].partition(" | ")[2] == name


def wait_for(board: Container, condition: str) -> None:
    """Returns when a shell condition holds on the board."""
    deadline = time.monotonic() + WAIT_SECONDS
    while seen.shell(board, f"if {condition}; then echo yes; fi").strip() != "yes":
        if time.monotonic() > deadline:
            message = f"never came true: {condition}"
            raise AssertionError(message)
        time.sleep(0.02)


def hold(board: Container, program: str, word: str) -> None:
    """Lets a program's calls with a word among their own wait until `release`."""
    script = f"""cat > /usr/local/bin/{program} <<'END'
#!/bin/sh
case "$*" in *{word}*)
    touch /run/held
    while [ -e /run/hold ]; do sleep 0.05; done ;;
esac
exec /usr/bin/{program} "$@"
END
chmod 755 /usr/local/bin/{program}; touch /run/hold"""
    seen.shell(board, script)


def release(board: Container, program: str) -> None:
    """Ends a hold; what waited goes on, if it still runs."""
    seen.shell(board, f"rm -f /usr/local/bin/{program} /run/hold /run/held")
