"""All that a board is for, in the words that tables and pyinfra's groups use."""

from collections.abc import Iterator

from picluster.plan import layout
from picluster.plan.config import ClusterConfig
from picluster.plan.plan import Plan


def roles_of(config: ClusterConfig, plan: Plan, name: str) -> tuple[str, ...]:
    """Roles of a node: Hadoop's, then the Swarm's, Portainer's and the mirror's."""
    return (*plan.node(name).roles, *_others(config, name))


def _others(config: ClusterConfig, name: str) -> Iterator[str]:
    if name in layout.managers(config):
        yield "manager"
    if config.portainer.enabled and name == layout.portainer(config):
        yield "portainer"
    if config.mirror.enabled and name == layout.mirror(config):
        yield "mirror"
