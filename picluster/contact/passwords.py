"""The password for sudo: from the environment, or typed."""

import os
from collections.abc import Iterator

import click

from picluster.contact.question import interactive
from picluster.plan.errors import UserError

VARIABLE = "PICLUSTER_SUDO_PASSWORD"
_TRIES = 3


def passwords(user: str, boards: str) -> Iterator[str]:
    """The passwords to try one after the other, at most three.

    Raises UserError for none at all; it then names the boards.
    """
    given = os.environ.get(VARIABLE, "")
    if "\n" in given:
        raise UserError(f"{VARIABLE} holds more than one line; a password is one line")
    if given:
        yield given
    if interactive():
        for _ in range(_TRIES - bool(given)):
            yield click.prompt(f"Password of user {user} for sudo", hide_input=True, err=True)
    elif not given:
        raise UserError(
            f"sudo asks for a password on {boards}, and standard input is no terminal; "
            f"put it into the environment variable {VARIABLE}"
        )
