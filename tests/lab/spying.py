"""Everything that somebody on the computers could see of the processes while a run goes on.

A program of its own: a thread of the tests' would be one of gevent's, and keep the others waiting.
"""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def collect() -> None:
    """Collects until its input ends, and then prints what it has seen."""
    seen: set[str] = set()
    while not select.select([sys.stdin], [], [], 0)[0]:
        for name in filter(str.isdecimal, os.listdir("/proc")):
            try:
                line = Path("/proc", name, "cmdline").read_bytes()
            except OSError:
                continue  # it has ended meanwhile
            seen.add(line.replace(b"\0", b" ").decode(errors="replace"))
    print(json.dumps(sorted(seen)))


@contextmanager
def command_lines() -> Iterator[list[str]]:
    """The command lines of all processes while the block runs, the boards' among them; the list is
    filled when it ends.
    """
    seen: list[str] = []
    spy = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield seen
    finally:
        output, _ = spy.communicate()
        seen += json.loads(output)


if __name__ == "__main__":
    collect()
