"""How commands write: colours and moving lines on a terminal alone."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console

WIDTH = 150
"""Characters in a line where nobody watches; a terminal says its own."""


def console() -> Console:
    """Standard output; rich leaves colours out where that is no terminal."""
    return Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)


@contextmanager
def moving_line(beginning: str, lines_elsewhere: bool = False) -> Iterator[Callable[[str], None]]:
    """A line that moves while something takes long, on standard error, where somebody watches.

    Gives what changes its text.

    + lines_elsewhere: where nobody watches, write each new text on a line of its own
    """
    errors = Console(stderr=True)
    if not errors.is_terminal:
        yield _new_lines(beginning) if lines_elsewhere else lambda _text: None
        return
    with errors.status(beginning) as status:
        yield status.update


def _new_lines(beginning: str) -> Callable[[str], None]:
    last = beginning

    def write(text: str) -> None:
        nonlocal last
        if text != last:
            click.echo(text, err=True)
        last = text

    click.echo(beginning, err=True)
    return write
