"""docs/reference/commands.md: every command of `picluster`, as its --help tells."""

from collections.abc import Iterator

import click

from picluster.cli import main
from scripts.reference_pages import markdown

WIDTH = 88
"""Characters in a line of the help texts."""

_INTRODUCTION = """
The helper command, beside pyinfra's own, with which boards are changed. Each command tells the same
with `--help`. How they end: [exit codes](exit-codes.md).
"""


def page() -> str:
    """The whole page."""
    described = [
        f"## {context.command_path}\n\n{markdown.code(context.command.get_help(context))}"
        for context in every()
    ]
    return markdown.page("Commands", _INTRODUCTION, *described)


def every() -> Iterator[click.Context]:
    """Each command and each command of a group, in the order of their names."""
    yield from _below(_context("picluster", main, None))


def _below(context: click.Context) -> Iterator[click.Context]:
    yield context
    command = context.command
    if isinstance(command, click.Group):
        for name in sorted(command.list_commands(context)):
            if (inner := command.get_command(context, name)) is not None:
                yield from _below(_context(name, inner, context))


def _context(name: str, command: click.Command, parent: click.Context | None) -> click.Context:
    return click.Context(
        command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH,
        **command.context_settings,
    )  # fmt: skip
