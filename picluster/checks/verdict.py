"""What a check found out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from picluster.plan.errors import UserError

State = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it should be."""

    reason: str
    """What was found, and what was wanted."""
    remedy: str
    """A command, or what to do."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one check."""

    state: State
    found: str
    """In a few words: what was found, or why nothing was asked."""
    problems: tuple[Problem, ...] = ()
    """At least one for a check that failed, none for others."""


class AskError(UserError):
    """Raised where a question got no answer that can be judged: the check fails."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.problem = Problem(reason, remedy)
        super().__init__(f"{reason}; {remedy}")


def passed(found: str) -> Verdict:
    """All is as planned."""
    return Verdict("passed", found)


def skipped(reason: str) -> Verdict:
    """Nothing was asked."""
    return Verdict("skipped", reason)


def judged(found: str, problems: Iterable[Problem]) -> Verdict:
    """Passed where there is no problem."""
    listed = tuple(problems)
    return Verdict("failed" if listed else "passed", found, listed)


def failed(reason: str, remedy: str) -> Verdict:
    """One thing is wrong."""
    return Verdict("failed", reason, (Problem(reason, remedy),))
