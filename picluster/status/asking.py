"""Asking all boards at once how they are, by pyinfra's own command and one fact."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from picluster import pyinfra_command
from picluster.drift.log import Log
from picluster.plan.status import BoardStatus

FACT = "facts.status.Status"

CONNECT_SECONDS = 1
"""A board in the same house takes a connection within milliseconds; one without power never."""

ANSWER_SECONDS = 6
"""A board that is busy swapping answers late; one whose power went away meanwhile never."""

NO_REASON = "it gave no answer, and pyinfra's log does not tell why"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the boards said."""

    answers: Mapping[str, BoardStatus]
    silent: Mapping[str, str]
    """Each board that gave no answer, and why."""
    failure: str | None = None
    """Why nothing is known of any board, where that is no board's fault."""


def ask(root: Path, boards: Sequence[str], progress: Callable[[Log], None]) -> Asked:
    """Asks all boards; one that does not answer keeps the others waiting for a second.

    + root: of the project
    + boards: names of all
    + progress: called with what is known so far, at each line of pyinfra's log
    """
    log = Log()

    def tell(line: str) -> None:
        log.add(line)
        progress(log)

    words = ["--json", "--data", "ssh_connect_retries=0", "fact", FACT]
    words.append(f"_timeout={ANSWER_SECONDS}")
    ran = pyinfra_command.run(root, words, tell, {pyinfra_command.PATIENCE: str(CONNECT_SECONDS)})
    return read(ran.answer, log, boards)


def read(text: str, log: Log, boards: Sequence[str]) -> Asked:
    """Joins pyinfra's answer with what its log says of the boards that are not in it."""
    try:
        # One fact was asked; its arguments are a part of its name.
        (found,) = json.loads(text).values() if text.strip() else ({},)
        answers = {name: answer for name, answer in found.items() if answer is not None}
    except (ValueError, AttributeError):
        return Asked({}, {}, "pyinfra gave no answer that can be read")
    reasons = log.silent
    silent = {name: reasons.get(name, NO_REASON) for name in boards if name not in answers}
    if not answers and not reasons:
        why = log.general or "pyinfra ended without an answer, and did not say why"
        return Asked({}, silent, why)
    return Asked(answers, silent)
