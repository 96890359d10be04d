"""The table of addresses to reserve in the router."""

from collections.abc import Collection, Iterator

from picluster.contact.entries import Entry

_HEADINGS = ("name", "MAC address", "address")


def reservations(entries: Collection[Entry]) -> Iterator[str]:
    """The table's lines, with a heading; `unknown` where a board did not tell its MAC."""
    rows = [_HEADINGS, *((entry.name, entry.mac or "unknown", entry.address) for entry in entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
