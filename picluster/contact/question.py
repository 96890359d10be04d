"""Questions to the person at the keyboard, and what happens where there is none."""

import sys

import click

from picluster.plan.errors import UserError


class NobodyToAskError(UserError):
    """Raised when a question has to be answered and standard input is no terminal."""


def interactive() -> bool:
    """Whether somebody can answer."""
    return sys.stdin.isatty()


def agreed(question: str, *, yes: bool) -> bool:
    """The answer to a question of yes or no; `yes` answers it beforehand.

    Raises NobodyToAskError where nobody can answer. The question goes to stderr.
    """
    if yes:
        return True
    if not interactive():
        raise NobodyToAskError(
            "this needs an answer, and standard input is no terminal; --yes agrees beforehand"
        )
    return click.confirm(question, err=True)
