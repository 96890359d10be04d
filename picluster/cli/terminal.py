"""How commands write: colours and moving lines on a terminal alone."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

WIDTH = 150
"""Characters in a line where nobody watches; a terminal says its own."""


def console() -> Console:
    """Standard output; rich leaves colours out where that is no terminal."""
    return Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)


@contextmanager
def moving_line(beginning: str) -> Iterator[Callable[[str], None]]:
    """A line that moves while something takes long, on standard error, where somebody watches.

    Gives what changes its text.
    """
    errors = Console(stderr=True)
    if not errors.is_terminal:
        yield lambda _text: None
        return
    with errors.status(beginning) as status:
        yield status.update
