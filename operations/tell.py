"""Telling the user something at the end of a run: no change, and nothing that is announced."""

from collections.abc import Sequence

from pyinfra import host, inventory, logger, state
from pyinfra.api import operation

from operations.failure import Commands, fail


@operation()
def pages(rows: Sequence[Sequence[str]]) -> Commands:
    """
    Tell where the cluster's pages are, once for all hosts.

    + rows: a title, a URL and a note for each page

    To be called on every host. Tells only while a run executes, into pyinfra's log, so that the
    output of ``--json`` stays data.
    """
    if not isinstance(rows, list | tuple) or not all(map(_is_row, rows)):
        yield fail(f"rows takes a list of (title, URL, note), not {rows!r}")
        return
    if state.is_executing and rows and host.name == _speaker():
        for line in lines(rows):
            logger.info(line)
    host.noop("the pages are where they were")


def lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """A table as text, without what would move a terminal's cursor."""
    shown = [["".join(c if c.isprintable() else "?" for c in cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in shown) for column in (0, 1)]
    return [
        "Pages of the cluster:",
        *(f"    {t:<{widths[0]}}  {url:<{widths[1]}}  {note}".rstrip() for t, url, note in shown),
    ]


def _speaker() -> str | None:
    """The first host of this run that has not failed: all of them ask this at the same time."""
    acting = state.activated_hosts - state.failed_hosts
    return next((other.name for other in inventory if other in acting), None)


def _is_row(row: object) -> bool:
    return (
        isinstance(row, list | tuple)
        and len(row) == 3
        and all(isinstance(cell, str) for cell in row)
    )
