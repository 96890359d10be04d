"""What the pictures say of a board."""

from collections.abc import Iterator

from picluster.pictures.chips import Chip
from picluster.pictures.svg import Drawing
from picluster.plan.config import ClusterConfig
from picluster.plan.other_roles import other_roles
from picluster.plan.plan import NodePlan, Plan

ICON_WIDTH, ICON_HEIGHT = 30, 21

_SHORT: dict[str, str] = {
    "manager": "Swarm manager",
    "portainer": "Portainer",
    "mirror": "mirror",
    "home": "home page",
    "historyserver": "MapReduce history",
    "sparkhistoryserver": "Spark history",
    "namenode": "NameNode",
    "secondarynamenode": "SecondaryNameNode",
    "datanode": "DataNode",
    "resourcemanager": "ResourceManager",
    "nodemanager": "NodeManager",
}
"""Roles in as few letters as are understood."""


def draw_icon(drawing: Drawing, x: float, y: float) -> None:
    """A small Raspberry Pi from above: header, processor, ports."""
    drawing.box(x, y, ICON_WIDTH, ICON_HEIGHT, "board", radius=2.5)
    drawing.box(x + 3, y + 2, 16, 2.5, "chip", radius=0.5)
    drawing.box(x + 8, y + 8, 7, 7, "chip", radius=1)
    for row in range(3):
        drawing.box(x + ICON_WIDTH - 7, y + 1.5 + 6.5 * row, 8.5, 5, "part", radius=0.8)
    drawing.box(x + 4, y + ICON_HEIGHT - 3, 5, 4, "part", radius=0.8)


def executors(plan: Plan, planned: NodePlan) -> int:
    """How many of Spark's executors fit on this node when nothing else runs; 0 without Spark."""
    if plan.spark is None:
        return 0
    return min(planned.yarn_mb // plan.spark.executor.container_mb, planned.vcores)


def role_chips(config: ClusterConfig, plan: Plan) -> dict[str, list[Chip]]:
    """By the name of each node: what it does, the cluster's own parts first."""
    own = other_roles(config)
    return {
        planned.node.name: [
            *(Chip(_SHORT[role], "system") for role in own[planned.node.name]),
            *(Chip(_SHORT[role], "daemons") for role in planned.roles),
            *_of_jobs(plan, planned),
        ]
        for planned in plan.nodes
    }


def _of_jobs(plan: Plan, planned: NodePlan) -> Iterator[Chip]:
    if count := executors(plan, planned):
        yield Chip("1 executor" if count == 1 else f"{count} executors", "jobs")
