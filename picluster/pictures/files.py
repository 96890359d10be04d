"""The pictures of a cluster, by the names of their files."""

from collections.abc import Callable, Mapping

from picluster.pictures.data import data
from picluster.pictures.network import network
from picluster.pictures.rack import rack
from picluster.plan.config import ClusterConfig
from picluster.plan.plan import Plan

DRAWERS: Mapping[str, Callable[[ClusterConfig, Plan], str]] = {
    "rack": rack,
    "network": network,
    "data": data,
}
"""What draws each picture."""


def pictures(config: ClusterConfig, plan: Plan) -> dict[str, str]:
    """The text of each SVG file, by its name."""
    return {f"{name}.svg": draw(config, plan) for name, draw in DRAWERS.items()}
