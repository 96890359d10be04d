"""The hosts of a role, by the names that operations know them by."""

from pyinfra import host, inventory

from picluster.plan import layout


def managers() -> list[str]:
    """The hosts that are to manage the Swarm, the strongest first."""
    hosts = {other.data.node.name: other.name for other in inventory}
    return [hosts[name] for name in layout.managers(host.data.cluster)]
