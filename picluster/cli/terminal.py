"""How commands write: colours and moving lines on a terminal alone."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.status import Status

WIDTH = 150
"""Characters in a line where nobody watches; a terminal says its own."""


def console() -> Console:
    """Standard output; rich leaves colours out where that is no terminal."""
    return Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)


class MovingLine:
    """A line that moves while something takes long, on standard error, where somebody watches."""

    def __init__(self, status: Status | None, last: str, *, lines_elsewhere: bool) -> None:
        self._status = status
        self._last = last
        self._lines = status is None and lines_elsewhere

    def __call__(self, text: str) -> None:
        """Changes its text."""
        if self._status is not None:
            self._status.update(text)
        elif self._lines and text != self._last:
            click.echo(text, err=True)
        self._last = text

    def above(self, text: str) -> None:
        """Writes a line that stays to standard output, which may be another place."""
        if self._status is None:
            click.echo(text)
            return
        self._status.stop()
        click.echo(text)
        self._status.start()


@contextmanager
def moving_line(beginning: str, *, lines_elsewhere: bool = False) -> Iterator[MovingLine]:
    """Shows such a line as long as the context lasts.

    + lines_elsewhere: where nobody watches, write each new text on a line of its own
    """
    errors = Console(stderr=True)
    if not errors.is_terminal:
        if lines_elsewhere:
            click.echo(beginning, err=True)
        yield MovingLine(None, beginning, lines_elsewhere=lines_elsewhere)
        return
    with errors.status(beginning) as status:
        yield MovingLine(status, beginning, lines_elsewhere=lines_elsewhere)
