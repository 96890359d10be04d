"""How a plan changes, as a table."""

from typing import Literal

from rich.table import Table

from picluster.plan.difference import NOTHING, PlanDifference
from picluster.planning.tables import headed

_TOLD = ("board", "roles", "YARN", "vcores")
_SIZES = ("YARN", "vcores")
"""What is said of a board that joins or leaves."""


def changes(found: PlanDifference) -> Table:
    """A line for each board that joins or leaves, and for each other change."""
    table = headed("where", "what", "before", "after")
    for name in found.joining:
        table.add_row(name, "joins", NOTHING, _told(found, name, "after"))
    for name in found.leaving:
        table.add_row(name, "leaves", _told(found, name, "before"), NOTHING)
    for name, change in found.boards:
        if name not in found.joining and name not in found.leaving:
            table.add_row(name, change.what, change.before, change.after)
    for change in found.cluster:
        table.add_row("the cluster", change.what, change.before, change.after)
    return table


def _told(found: PlanDifference, name: str, side: Literal["before", "after"]) -> str:
    own = {change.what: change for owner, change in found.boards if owner == name}
    told = [(what, getattr(own[what], side)) for what in _TOLD if what in own]
    return ", ".join(
        value if what in ("board", "roles") else f"{what} {value}" for what, value in told
    )
