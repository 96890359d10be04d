"""Power and speed, board by board."""

from rich.table import Table

from picluster.plan.config import ClusterConfig
from picluster.plan.power import PowerBudget, amperes
from picluster.plan.speed import Speed
from picluster.planning.tables import headed, to_the_right

UNKNOWN = "?"
"""Nobody published it."""


def by_board(config: ClusterConfig, budget: PowerBudget, speed: Speed) -> Table:
    """A line for each board: watts, amperes at 5.1 V, GFLOPS."""
    table = headed("node", "board", "idle", "busy", "busy, A", "nameplate", "GFLOPS", "network")
    to_the_right(table, range(2, 8))
    for node, power, fast in zip(config.nodes, budget.boards, speed.boards, strict=True):
        table.add_row(
            node.name,
            f"{node.model} {node.memory_gb:g} GB",
            watts(power.idle_w),
            watts(power.load_w),
            UNKNOWN if power.load_w is None else f"{amperes(power.load_w):.1f} A",
            watts(power.nameplate_w),
            gflops(fast.gflops, fast.at_most),
            UNKNOWN if fast.link_mbits is None else f"{fast.link_mbits} Mbit/s",
        )
    return table


def watts(value: float | None) -> str:
    """Watts, or a sign that nobody published them."""
    return UNKNOWN if value is None else f"{value:.1f} W"


def gflops(published: float | None, at_most: float | None) -> str:
    """The published figure, else the bound."""
    if published is not None:
        return f"{published:.1f}"
    return UNKNOWN if at_most is None else f"≤ {at_most:.1f}"
