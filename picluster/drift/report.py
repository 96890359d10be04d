"""Differences for people and for programs."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from picluster.drift.running import Drift


def table(drift: Drift, *, operations: bool) -> Table:
    """A row for each difference.

    + operations: whether to tell which operation would change it
    """
    made = Table()
    for heading in ("board", "what", "found", "wanted", *(["operation"] if operations else [])):
        made.add_column(heading, overflow="fold")
    for number, row in enumerate(drift.rows):
        cells = [row.host, row.what, row.found, row.wanted]
        cells += [row.operation] if operations else []
        last = number + 1 == len(drift.rows) or drift.rows[number + 1].host != row.host
        made.add_row(*map(Text, cells), end_section=last)
    return made


def failures(drift: Drift) -> Iterator[str]:
    """Why not all is known, a line each."""
    if drift.failure is not None:
        yield f"Not known: {drift.failure}"
    for board, reason in drift.silent.items():
        yield f"Not known of {board}: {reason}"
    for one in drift.unseen:
        yield f"Not known of {one.host}: {one.what}: {one.why}"


def summary(drift: Drift, boards: int, seconds: float) -> str:
    """The end of it all in one line.

    + boards: how many were asked
    """
    count, differing = len(drift.rows), len({row.host for row in drift.rows})
    said = f"{count or 'no'} difference{'' if count == 1 else 's'}"
    said += f" on {differing} of {boards} boards" if count else ""
    if not drift.is_complete:
        said += " that are known of; not all could be looked at, see above"
    elif drift.rows:
        said += "; a deploy puts them right: pyinfra inventory.py deploys/all.py"
    else:
        said += f" on {boards} boards"
    return f"{said} ({seconds:.1f} s)"


def as_json(drift: Drift, seconds: float) -> dict[str, Any]:
    """Plain data; docs/drift.md tells of it."""
    shown: dict[str, Any] = {
        "drift": [
            {
                "board": row.host,
                "operation": row.operation,
                "what": row.what,
                "found": row.found,
                "wanted": row.wanted,
            }
            for row in drift.rows
        ],
        "silent": [{"board": board, "reason": reason} for board, reason in drift.silent.items()],
        "unseen": [
            {"board": one.host, "what": one.what, "reason": one.why} for one in drift.unseen
        ],
        "seconds": round(seconds, 2),
    }
    return shown | ({"failure": drift.failure} if drift.failure is not None else {})
