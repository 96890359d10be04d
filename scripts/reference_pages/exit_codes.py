"""docs/reference/exit-codes.md: how commands end, from what each one's help says of it."""

import inspect
import re

import click

from scripts.reference_pages import commands, markdown

_INTRODUCTION = """
What a script can rely on. A command that is not listed below ends with 0 when it did what it was
asked for, with 1 when it could not, with the reason on standard error, and with 2 for wrong usage:
a command, an option or an argument that is not there.
"""

_PYINFRA = """
## pyinfra

Deploys are run by pyinfra's own command: it ends with 0 when all went well, and with 1 when a board
was refused, did not answer or failed, or when `cluster.toml` is wrong. The other boards are served
all the same. A dry run ends with 0 whether or not it has something to announce; for an exit code
that tells, there is `picluster drift`.
"""


def page() -> str:
    """The whole page."""
    rows = [
        (f"`{context.command_path}`", told)
        for context in commands.every()
        if (told := of(context.command))
    ]
    return markdown.page(
        "Exit codes",
        _INTRODUCTION,
        "## picluster\n\n" + markdown.table(["command", "ends with"], rows),
        _PYINFRA,
    )


def of(command: click.Command) -> str | None:
    """What the command's help says of its end; None where the common rule holds."""
    text = inspect.cleandoc(command.help or "").replace("\b", "")
    found = re.search(r"\b[Ee]xits with (.*?)(?:\n\n|\Z)", text, re.S)
    return " ".join(found[1].split()) if found else None
