"""What an owner should know of a Swarm although nothing is refused for it."""

from collections.abc import Collection, Iterator, Mapping
from ipaddress import IPv4Network

from picluster.plan.swarm import SwarmState, Verdict


def notices(
    states: Mapping[str, SwarmState | None],
    verdict: Verdict,
    nodes: Collection[str],
    swarm_pool: IPv4Network,
    docker_pool: IPv4Network,
) -> Iterator[str]:
    """Each in a sentence or two.

    + nodes: names of the boards that the cluster has
    + swarm_pool: where overlay networks are to get their subnets from
    + docker_pool: the same for container networks on each board
    """
    found = {name: state for name, state in states.items() if state is not None}
    lacking = sorted(name for name, state in found.items() if not state["ip_vs"])
    if lacking:
        yield (
            f"The kernel of {', '.join(lacking)} has no ip_vs: ports that a service publishes in "
            "ingress mode, and virtual addresses, are dead there; publish with mode: host and "
            "endpoint_mode: dnsrr. All else works."
        )
    pools = next((s["address_pool"] for s in found.values() if s["address_pool"]), None)
    if pools is not None and pools != [str(swarm_pool)]:
        yield from _pools(pools, swarm_pool, docker_pool)
    strangers = sorted(
        node["hostname"] for node in verdict.nodes or () if node["hostname"] not in nodes
    )
    if strangers:
        yield (
            f"The Swarm has nodes that cluster.toml does not name: {', '.join(strangers)}. They "
            "are left alone; one that is gone for good: sudo docker node rm on a manager (of a "
            "manager after docker node demote)."
        )


def _pools(pools: list[str], swarm_pool: IPv4Network, docker_pool: IPv4Network) -> Iterator[str]:
    yield (
        f"The Swarm's networks get their addresses from {', '.join(pools)}, not from {swarm_pool}: "
        "that is settled when a Swarm is made. It stays as it is."
    )
    if any(IPv4Network(pool).overlaps(docker_pool) for pool in pools):
        yield (
            f"That overlaps {docker_pool}, from which networks on the boards get theirs: write "
            "another [docker] address_pool into cluster.toml."
        )
