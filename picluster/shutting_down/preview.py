"""What a shutdown would do, as a dry run of it says: what is shown before the question."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from picluster import pyinfra_command
from picluster.drift.plan import Planned, read_plan
from picluster.plan.drift import VARIABLE, Difference, read_notes
from picluster.plan.errors import UserError
from picluster.plan.yarn_jobs import is_id
from picluster.shutting_down.heard import Heard


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be done, and to whom."""

    steps: Sequence[Planned]
    going: Sequence[str]
    """Names of the boards that would go off."""
    silent: Mapping[str, str]
    """Boards that do not answer, and why: they stay as they are."""
    warnings: Sequence[str]
    ended: Sequence[Difference]
    """The jobs that would be ended."""
    unseen: Sequence[str]
    """What could not be looked at, in words."""

    @property
    def jobs(self) -> list[str]:
        """IDs of the jobs that would be ended."""
        return sorted({_id(job) for job in self.ended})

    def lines(self, order: Sequence[str]) -> Iterator[str]:
        """The steps for people, each job below the step that ends it.

        + order: in which boards are named
        """
        for step in self.steps:
            boards = ", ".join(name for name in order if name in step.boards)
            yield f"  {step.operation.rpartition(' | ')[2]}: {boards}"
            for job in self.ended:
                if job.operation_hash == step.operation_hash:
                    yield f"    {job.what} ({job.found})"


def look(
    root: Path, words: Sequence[str], chosen: Sequence[str], tell: Callable[[str], None]
) -> Preview:
    """Looks what a shutdown would do; nothing is changed. Raises UserError where none may.

    + root: of the project
    + words: of the deploy and its data
    + chosen: names of the boards that are to go
    + tell: called with each step that begins
    """
    heard = Heard(tell)
    with tempfile.TemporaryDirectory(prefix="picluster-") as folder:
        notes = Path(folder) / "differences"
        notes.touch()
        command = ["--dry", "--json", *words]
        ran = pyinfra_command.run(root, command, heard, {VARIABLE: str(notes)})
        noted = read_notes(notes.read_text(encoding="utf-8").splitlines())
    silent = heard.log.silent if ran.code else {}
    refused = {name: why for name, why in silent.items() if name in heard.log.connected}
    if refused:
        # What concerns the whole cluster each board says in the same words.
        raise UserError("\n".join(dict.fromkeys(refused.values())))
    if silent.keys() >= set(chosen):
        raise UserError(_nobody(silent))
    try:
        steps = [step for step in read_plan(ran.answer) if step.boards]
    except UserError as error:
        raise UserError(f"{error}: {heard.log.general or 'it did not say why'}") from None
    going = [name for name in chosen if any(name in step.boards for step in steps)]
    if not going:
        raise UserError("pyinfra would switch none of these boards off, and did not say why")
    ended = [one for one in noted.differences if is_id(_id(one))]
    unseen = list(dict.fromkeys(one.why for one in noted.unseen))
    return Preview(steps, going, silent, heard.warnings, ended, unseen)


def _nobody(silent: Mapping[str, str]) -> str:
    reasons = "\n".join(f"  {name}: {why}" for name, why in silent.items())
    return f"none of these boards answers, so none can be switched off:\n{reasons}"


def _id(job: Difference) -> str:
    """The first word of what is noted of a job (operations/yarn_jobs.py)."""
    return job.what.partition(" ")[0]
