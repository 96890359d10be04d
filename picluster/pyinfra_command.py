"""pyinfra's own command, run by ours: its answer from standard output, its log line by line."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PYINFRA = (sys.executable, "-m", "pyinfra")
PATIENCE = "PICLUSTER_CONNECT_SECONDS"
"""Environment variable: how many seconds a board may take to be reached, where somebody waits for a
glance; read in picluster.connection."""

END_SECONDS = 5
"""So long pyinfra may take to end when it is asked to."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run of pyinfra ended."""

    code: int
    """1 where a board failed, or where it could do nothing at all."""
    answer: str
    """What it has printed on standard output: JSON, or nothing."""


def run(
    root: Path,
    words: Sequence[str],
    tell: Callable[[str], None],
    variables: Mapping[str, str] | None = None,
) -> Ran:
    """Runs pyinfra on the project's inventory; it is ended with this call, however that ends.

    + root: of the project
    + words: what stands behind `pyinfra inventory.py`
    + tell: called with each line of its log
    + variables: of its environment, beside those of this process
    """
    with _unwinding(), tempfile.TemporaryDirectory(prefix="picluster-") as folder:
        answer = Path(folder) / "answer.json"
        # Of two pipes, the one that nobody reads could fill up.
        with (
            answer.open("w") as output,
            subprocess.Popen(
                [*PYINFRA, "inventory.py", *words],
                cwd=root,
                env=os.environ | {"PYINFRA_PROGRESS": "off"} | dict(variables or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                # Without a terminal it asks for no password, which nobody would expect behind
                # what is shown meanwhile: a board that wants one is refused, and says so.
                start_new_session=True,
            ) as process,
            _ended(process),
        ):
            for line in process.stderr or ():
                tell(line)
        return Ran(process.returncode, answer.read_text())


@contextmanager
def _unwinding() -> Iterator[None]:
    """Lets a signal that ends this program end it by an exception: nothing is left behind."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    numbers = [signal.SIGTERM, signal.SIGHUP]
    # Not those that nohup and its like keep away.
    numbers = [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """Ends the process with the block, also where that is left in its middle."""
    try:
        yield
    except BaseException:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        raise
