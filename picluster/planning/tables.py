"""The plan as tables: all boards, the figures, and the sum of one board."""

from collections.abc import Iterable, Sequence

from rich.table import Table

from picluster.plan.config import ClusterConfig
from picluster.plan.figure import Figure
from picluster.plan.other_roles import other_roles
from picluster.plan.plan import NodePlan, Plan
from picluster.plan.spark_figures import spark_on


def overview(config: ClusterConfig, made: Plan) -> Table:
    """A line for each board."""
    table = headed("node", "board", "roles", "rack", "usable", "taken", "YARN", "vcores", "left")
    to_the_right(table, range(4, 9))
    others = other_roles(config)
    for planned in made.nodes:
        sizes: Sequence[int] = (
            planned.usable_mb,
            planned.taken_mb,
            planned.yarn_mb,
            planned.vcores,
            planned.left_mb,
        )
        table.add_row(
            planned.node.name,
            f"{planned.node.model} {planned.node.memory_gb:g} GB",
            " ".join((*planned.roles, *others[planned.node.name])),
            planned.rack,
            *map(str, sizes),
        )
    return table


def explained(made: Plan, planned: NodePlan) -> Table:
    """The sum of one board."""
    table = headed("what", "MiB", "left", "why")
    table.title = f"{planned.node.name}, {planned.node.board.title}, {planned.node.memory_gb:g} GB"
    to_the_right(table, range(1, 3))
    table.caption = spark_on(made, planned)
    left = planned.usable_mb
    table.add_row("usable", "", str(left), "what Linux has at least of this board's memory")
    for share in planned.shares:
        left -= share.mb
        table.add_row(share.what, str(share.mb), str(left), share.reason)
    if planned.yarn_mb:
        left -= planned.yarn_mb
        reason = f"containers, in steps of 128; {planned.vcores} vcores"
        table.add_row("YARN", str(planned.yarn_mb), str(left), reason)
    return table


def reasoned(figures: Iterable[Figure]) -> Table | None:
    """Figures with their reasons; None where there are none."""
    table = headed("what", "how much", "why")
    for figure in figures:
        table.add_row(figure.what, figure.value, figure.reason)
    return table if table.row_count else None


def headed(*headings: str) -> Table:
    """An empty table."""
    table = Table(title_justify="left", caption_justify="left")
    for heading in headings:
        table.add_column(heading)
    return table


def to_the_right(table: Table, columns: Iterable[int]) -> None:
    """Aligns columns of numbers."""
    for place in columns:
        table.columns[place].justify = "right"
