"""A dry run of everything by pyinfra's own command, with notes of what differs."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from picluster.drift.log import Log
from picluster.drift.plan import read_plan, rows
from picluster.plan.drift import VARIABLE, Difference, Unseen, read_differences, read_unseen
from picluster.plan.errors import UserError

DEPLOY = "deploys/all.py"
PYINFRA = (sys.executable, "-m", "pyinfra")
END_SECONDS = 5
"""So long pyinfra may take to end when it is asked to."""


@dataclass(frozen=True, slots=True)
class Drift:
    """What is known of the differences."""

    rows: list[Difference]
    silent: dict[str, str]
    """Each board that could not be looked at, or not to the end, and why."""
    unseen: Sequence[Unseen] = ()
    """What could not be looked at on boards that were."""
    failure: str | None = None
    """Why not all is known, where that is no board's fault."""

    @property
    def is_complete(self) -> bool:
        """Whether there is nothing that is not known."""
        return not self.silent and not self.unseen and self.failure is None


def look(
    root: Path, boards: Sequence[str], limit: Sequence[str], progress: Callable[[Log], None]
) -> Drift:
    """Asks the boards what a deploy would change; nothing is changed.

    + root: of the project
    + boards: names of all, in the order in which they are shown
    + limit: names of those that are asked; none for all
    + progress: called with what is known so far, at each line of pyinfra's log
    """
    command = [*PYINFRA, "inventory.py", DEPLOY, "--dry", "--json"]
    for name in limit:
        command += ["--limit", name]
    log = Log()
    with _unwinding(), tempfile.TemporaryDirectory(prefix="picluster-") as folder:
        notes, answer = Path(folder) / "differences", Path(folder) / "plan.json"
        notes.touch()
        # Of two pipes, the one that nobody reads could fill up.
        with (
            answer.open("w") as output,
            subprocess.Popen(
                command,
                cwd=root,
                env=os.environ | {VARIABLE: str(notes), "PYINFRA_PROGRESS": "off"},
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
                log.add(line)
                progress(log)
        texts = (answer.read_text(), notes.read_text())
        return _drift(process.returncode, *texts, log, boards, limit or boards)


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


def _drift(
    code: int, answer: str, notes: str, log: Log, boards: Sequence[str], asked: Sequence[str]
) -> Drift:
    """Joins what pyinfra has printed with what was noted.

    + code: pyinfra's exit code: 1 where a board failed, or where it could do nothing at all
    + boards: in the order in which they are shown
    + asked: those that should have answered
    """
    noted = list(read_differences(notes.splitlines()))
    out_of_sight = list(read_unseen(notes.splitlines()))
    # Where no board failed, an error that was logged has passed.
    silent = log.silent if code else {}
    try:
        plan, failure = read_plan(answer), None
    except UserError as error:
        plan, failure = [], f"{error}: {log.general}" if log.general else str(error)
    if silent.keys() >= set(asked):
        failure = None  # all boards failed, and each says why
    elif failure is None:
        # Left alone without a word it would look like a board on which nothing differs.
        silent |= {
            name: "pyinfra did not look at it to the end, and its log does not tell why"
            for name in asked
            if name not in silent and name not in log.prepared
        }
    if code and not silent and failure is None:
        failure = log.general or f"pyinfra ended with exit code {code} and did not say why"
    differences = rows(plan, noted, boards)
    told = {row.host for row in differences} | silent.keys()
    unseen = [one for one in out_of_sight if told.isdisjoint(one.behind)]
    return Drift(differences, silent, unseen, failure)
