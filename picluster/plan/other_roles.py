"""The roles that are not Hadoop's: managers of the Swarm, Portainer's server, the mirror,
the home page."""

from picluster.plan import layout
from picluster.plan.config import ClusterConfig
from picluster.plan.node import Role


def other_roles(config: ClusterConfig) -> dict[str, tuple[Role, ...]]:
    """By the name of each node, in the order of cluster.toml; empty for who has none."""
    managers = frozenset(layout.managers(config))
    portainer = layout.portainer(config) if config.portainer.enabled else None
    mirror = layout.mirror(config) if config.mirror.enabled else None
    home = layout.home_page(config) if config.home.enabled else None
    found: dict[str, tuple[Role, ...]] = {}
    for node in config.nodes:
        candidates: tuple[tuple[Role, bool], ...] = (
            ("manager", node.name in managers),
            ("portainer", node.name == portainer),
            ("mirror", node.name == mirror),
            ("home", node.name == home),
        )
        found[node.name] = tuple(role for role, has in candidates if has)
    return found
