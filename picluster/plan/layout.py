"""Who does what: the roles that cluster.toml leaves open go to the strongest boards."""

from picluster.plan.config import ClusterConfig
from picluster.plan.node import Node, Role


def managers(config: ClusterConfig) -> tuple[str, ...]:
    """Names of the nodes that manage the Swarm, the strongest first, as many as the config says.

    Nodes that have the role pinned are among them, however weak. Others are chosen by strength,
    and those that the Swarm is to spare (pause, drain) only when nobody else is left.
    """
    by_strength = sorted(config.nodes, key=_strength, reverse=True)
    # sorted keeps the order of equals: of two boards of one strength the first declared.
    willing = sorted(by_strength, key=_reluctance)[: config.managers]
    return tuple(node.name for node in by_strength if node in willing)


def portainer(config: ClusterConfig) -> str:
    """Name of the node that carries Portainer's server and its data."""
    return _second(config, "portainer")


def mirror(config: ClusterConfig) -> str:
    """Name of the node that keeps the caches of packages and images."""
    return _second(config, "mirror")


def _second(config: ClusterConfig, role: Role) -> str:
    """The node that has the role pinned, else the second strongest: the strongest is the head of
    Hadoop. Nodes that the Swarm is to spare are chosen only when nobody else is left.
    """
    for node in config.nodes:
        if role in node.roles:
            return node.name
    by_strength = sorted(config.nodes, key=_strength, reverse=True)
    willing = sorted(by_strength[1:], key=lambda node: node.availability != "active")
    return (willing or by_strength)[0].name


def _strength(node: Node) -> tuple[float, int]:
    """Memory first: Swarm's state is held in it. Then what the cores do together, in MHz."""
    return node.memory_gb, node.board.cores * node.board.clock_mhz


def _reluctance(node: Node) -> int:
    if "manager" in node.roles:
        return 0
    return 1 if node.availability == "active" else 2
