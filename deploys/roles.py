"""The hosts of a role, by the names that operations know them by."""

from pyinfra import host, inventory

from picluster.plan import layout


def hosts() -> dict[str, str]:
    """Name of each node of the plan to the one that its host has in the inventory."""
    return {other.data.node.name: other.name for other in inventory}


def managers() -> list[str]:
    """The hosts that are to manage the Swarm, the strongest first."""
    named = hosts()
    return [named[name] for name in layout.managers(host.data.cluster)]
