"""Who does what: the roles that cluster.toml leaves open go to the strongest boards."""

from collections.abc import Iterable

from picluster.plan.config import ClusterConfig
from picluster.plan.node import Node, Role


def managers(config: ClusterConfig) -> tuple[str, ...]:
    """Names of the nodes that manage the Swarm, the strongest first, as many as the config says.

    Nodes that have the role pinned are among them, however weak. Others are chosen by strength,
    and those that the Swarm is to spare (pause, drain) only when nobody else is left.
    """
    ranked = by_strength(config.nodes)
    # sorted keeps the order of equals: of two boards of one strength the first declared.
    willing = {node.name for node in sorted(ranked, key=_reluctance)[: config.managers]}
    return tuple(node.name for node in ranked if node.name in willing)


def portainer(config: ClusterConfig) -> str:
    """Name of the node that carries Portainer's server and its data."""
    return _second(config, "portainer")


def mirror(config: ClusterConfig) -> str:
    """Name of the node that keeps the caches of packages and images."""
    return _second(config, "mirror")


def home_page(config: ClusterConfig) -> str:
    """Name of the node that shows the cluster's home page."""
    return _second(config, "home")


def by_strength(nodes: Iterable[Node]) -> list[Node]:
    """The nodes, the strongest first; of equals the one that is declared first."""
    return sorted(nodes, key=_strength, reverse=True)


def _second(config: ClusterConfig, role: Role) -> str:
    """The node that has the role pinned, else the second strongest: the strongest is the head of
    Hadoop. Nodes that the Swarm is to spare are chosen only when nobody else is left.
    """
    for node in config.nodes:
        if role in node.roles:
            return node.name
    ranked = by_strength(config.nodes)
    willing = sorted(ranked[1:], key=lambda node: node.availability != "active")
    return (willing or ranked)[0].name


def _strength(node: Node) -> tuple[float, int]:
    """Memory first: Swarm's state is held in it. Then what the cores do together, in MHz."""
    return node.memory_gb, node.board.cores * node.board.clock_mhz


def _reluctance(node: Node) -> int:
    if "manager" in node.roles:
        return 0
    return 1 if node.availability == "active" else 2
