"""The first step of every deploy: boards that are not as declared are left alone."""

from pyinfra import host
from pyinfra.api import deploy

from facts.preflight import Preflight

CLOCK_WAIT_SECONDS = 60
"""A board just switched on has no clock until a time server answers."""


@deploy("Preflight")
def apply() -> None:
    """Refuses this host, in dry runs too, when it is not the board that cluster.toml declares."""
    node, cluster = host.data.node, host.data.cluster
    host.get_fact(
        Preflight,
        node=node.name,
        model=node.model,
        memory_mb=node.memory_mb,
        releases=list(cluster.system.release),
        wait=CLOCK_WAIT_SECONDS,
        _sudo=False,
    )
