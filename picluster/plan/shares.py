"""The lines of a board's sum that are not Hadoop's."""

from collections.abc import Iterator
from dataclasses import dataclass

from picluster.plan import memory
from picluster.plan.config import ClusterConfig
from picluster.plan.layout import home_page, managers, mirror, portainer
from picluster.plan.node import Node

RESERVED = "your own stacks"
"""Name of the share that is nobody's but the owner's."""


@dataclass(frozen=True, slots=True)
class Share:
    """One line of a node's sum: who gets how many MiB, and why so many."""

    what: str
    mb: int
    reason: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What the nodes carry besides Hadoop, looked up once for all of them."""

    managers: frozenset[str]
    portainer: str | None
    mirror: str | None
    home_page: str | None

    @classmethod
    def planned(cls, config: ClusterConfig) -> "Carried":
        """As cluster.toml pins it and the layout plans the rest."""
        return cls(
            managers=frozenset(managers(config)),
            portainer=portainer(config) if config.portainer.enabled else None,
            mirror=mirror(config) if config.mirror.enabled else None,
            home_page=home_page(config) if config.home.enabled else None,
        )

    @classmethod
    def everything(cls, config: ClusterConfig, node: Node) -> "Carried":
        """As if this node carried all that the cluster has.

        A master is placed by this, so that it stays where it is when weaker boards come and take
        some of it off the node.
        """
        return cls(
            managers=frozenset({node.name}),
            portainer=node.name if config.portainer.enabled else None,
            mirror=node.name if config.mirror.enabled else None,
            home_page=node.name if config.home.enabled else None,
        )


def base_shares(config: ClusterConfig, node: Node, carried: Carried) -> Iterator[Share]:
    """What goes off a node's usable memory before Hadoop."""
    gigabytes = f"{node.memory_gb:g} GB"
    yield Share(
        "system",
        memory.SYSTEM_MB[node.memory_mb],
        f"kernel and Raspberry Pi OS Lite on a board of {gigabytes}",
    )
    yield Share("Docker", memory.DOCKER_MB, "dockerd and containerd, as measured")
    if node.name in carried.managers:
        yield Share("Swarm manager", memory.SWARM_MANAGER_MB, "the Swarm's state is held in memory")
    if config.portainer.enabled:
        # Also where availability = "drain" stops it: a NodeManager must not change with that.
        yield Share("Portainer's agent", memory.PORTAINER_AGENT_MB, "runs on every node")
    if node.name == carried.portainer:
        yield Share("Portainer's server", memory.PORTAINER_SERVER_MB, "its database is in memory")
    if node.name == carried.mirror:
        yield Share("mirror", memory.MIRROR_MB, "caches of packages and images, as measured")
    if node.name == carried.home_page:
        yield Share("home page", memory.HOME_PAGE_MB, "web server of the cluster's own page")
    if reserved := reserve(node):
        why = (
            f"default of a board of {gigabytes}; reserve_mb changes it"
            if node.reserve_mb is None
            else "reserve_mb of cluster.toml"
        )
        yield Share(RESERVED, reserved, why)


def reserve(node: Node) -> int:
    """MiB kept for the owner's own stacks."""
    return memory.RESERVE_MB[node.memory_mb] if node.reserve_mb is None else node.reserve_mb
