"""Address ranges of the containers' networks, off the local network and off each other."""

from collections.abc import Iterable
from ipaddress import IPv4Network

from picluster.plan.config import ClusterConfig

# One candidate of each private range (RFC 1918). A local network lies in one of these ranges at
# most, and so does the other pool: one candidate is always free. Engine's and Swarm's own defaults
# (172.17.0.0/16 and what follows, 10.0.0.0/8) meet the home networks and VPNs of many. The two
# lists share nothing, and keep off the first subnets of each range, which routers and VPNs take.
DOCKER_CANDIDATES = tuple(map(IPv4Network, ("172.30.0.0/16", "10.213.0.0/16", "192.168.208.0/20")))
SWARM_CANDIDATES = tuple(map(IPv4Network, ("10.77.0.0/16", "172.28.0.0/16", "192.168.224.0/20")))


def docker_pool(config: ClusterConfig) -> IPv4Network:
    """Where the bridge networks of each board get their subnets from: declared, else planned."""
    taken = (config.network.subnet, config.swarm.address_pool)
    return config.docker.address_pool or free_pool(DOCKER_CANDIDATES, taken)


def swarm_pool(config: ClusterConfig) -> IPv4Network:
    """Where the Swarm's overlay networks get their subnets from: declared, else planned."""
    taken = (config.network.subnet, docker_pool(config))
    return config.swarm.address_pool or free_pool(SWARM_CANDIDATES, taken)


def free_pool(
    candidates: Iterable[IPv4Network], taken: Iterable[IPv4Network | None]
) -> IPv4Network:
    """The first candidate that overlaps nothing of what is taken; None stands for nothing.

    There is one of the lists above for any two networks whose prefixes have a length of 8 and more.
    """
    in_use = [network for network in taken if network is not None]
    return next(
        pool for pool in candidates if not any(pool.overlaps(network) for network in in_use)
    )
