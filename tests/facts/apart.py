"""Programs that small processes start for the tests, in place of the one that the tests run in.

gevent, which pyinfra patches in, starts a program by a fork of the process that it runs in, and
pytest with thousands of tests is large: that costs 20 milliseconds each time.
"""

import atexit
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, overload

_WORK = """
import os, pickle, subprocess, sys
asked, told = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.dup2(2, 1)
while True:
    try:
        words, how = pickle.load(asked)
    except EOFError:
        sys.exit()
    try:
        answer = subprocess.run(words, **how)
    except Exception as error:
        answer = error
    pickle.dump(answer, told)
    told.flush()
"""
_idle: list["subprocess.Popen[bytes]"] = []
"""Those that nobody waits for: who asks while all are busy starts another."""


@overload
def run(
    words: Sequence[str | Path], *, text: Literal[True], **how: Any
) -> "subprocess.CompletedProcess[str]": ...


@overload
def run(
    words: Sequence[str | Path], *, text: Literal[False] = False, **how: Any
) -> "subprocess.CompletedProcess[bytes]": ...


def run(words: Sequence[str | Path], **how: Any) -> "subprocess.CompletedProcess[Any]":
    """The same as subprocess.run(), with nothing to read where no input is given."""
    how = {"env": dict(os.environ), "cwd": Path.cwd()} | how
    worker = _idle.pop() if _idle else _start()
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write(pickle.dumps((words, how)))
    worker.stdin.flush()
    answer = pickle.load(worker.stdout)  # noqa: S301 - from the process above
    _idle.append(worker)
    if isinstance(answer, Exception):
        raise answer
    assert isinstance(answer, subprocess.CompletedProcess)
    return answer


def _start() -> "subprocess.Popen[bytes]":
    worker = subprocess.Popen(
        [sys.executable, "-I", "-c", _WORK], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    atexit.register(worker.communicate)
    return worker
