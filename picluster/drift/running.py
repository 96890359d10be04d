"""A dry run of everything by pyinfra's own command, with notes of what differs."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from picluster import pyinfra_command
from picluster.drift.log import Log
from picluster.drift.plan import read_plan, rows
from picluster.plan.drift import VARIABLE, Difference, Unseen, read_notes
from picluster.plan.errors import UserError

DEPLOY = "deploys/all.py"


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
    words = [DEPLOY, "--dry", "--json"]
    for name in limit:
        words += ["--limit", name]
    log = Log()

    def tell(line: str) -> None:
        log.add(line)
        progress(log)

    with tempfile.TemporaryDirectory(prefix="picluster-") as folder:
        notes = Path(folder) / "differences"
        notes.touch()
        ran = pyinfra_command.run(root, words, tell, {VARIABLE: str(notes)})
        return _drift(ran.code, ran.answer, notes.read_text(), log, boards, limit or boards)


def _drift(
    code: int, answer: str, notes: str, log: Log, boards: Sequence[str], asked: Sequence[str]
) -> Drift:
    """Joins what pyinfra has printed with what was noted.

    + code: pyinfra's exit code: 1 where a board failed, or where it could do nothing at all
    + boards: in the order in which they are shown
    + asked: those that should have answered
    """
    noted = read_notes(notes.splitlines())
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
    differences = rows(plan, noted.differences, boards)
    told = {row.host for row in differences} | silent.keys()
    unseen = [one for one in noted.unseen if told.isdisjoint(one.behind)]
    return Drift(differences, silent, unseen, failure)
