"""Address pools of Docker and Swarm."""

import re
from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picluster.plan.config import ClusterConfig
from picluster.plan.pools import DOCKER_CANDIDATES, SWARM_CANDIDATES, docker_pool, swarm_pool
from picluster.plan.problems import ConfigError
from tests.unit.plan.clusters import cluster

PRIVATE = [IPv4Network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]


def inside(outer: IPv4Network, longest: int) -> st.SearchStrategy[IPv4Network]:
    """Networks inside this one whose prefixes have at most this length."""
    return st.builds(
        lambda offset, length: IPv4Network((int(outer[0]) + offset, length), strict=False),
        st.integers(0, outer.num_addresses - 1),
        st.integers(outer.prefixlen, longest),
    )


def is_unicast(subnet: IPv4Network) -> bool:
    return not (subnet.is_loopback or subnet.is_multicast or subnet.is_reserved)


# Half of the local networks are where people have theirs, the others are anywhere.
LANS = st.one_of(
    st.sampled_from(PRIVATE).flatmap(lambda net: inside(net, 30)),
    st.integers(1, 223).flatmap(lambda first: inside(IPv4Network((first << 24, 8)), 30)),
).filter(is_unicast)
POOLS = st.none() | st.sampled_from(PRIVATE).flatmap(lambda net: inside(net, 20))


def with_pools(lan: IPv4Network, pools: dict[str, str]) -> ClusterConfig:
    tables = {section: {"address_pool": pool} for section, pool in pools.items()}
    return cluster({}, subnet=str(lan), **tables)


@given(LANS, POOLS, POOLS)
def test_networks_never_overlap(
    lan: IPv4Network, docker: IPv4Network | None, swarm: IPv4Network | None
) -> None:
    declared = {"docker": docker, "swarm": swarm}
    pools = {section: str(pool) for section, pool in declared.items() if pool is not None}
    try:
        config = with_pools(lan, pools)
    except ConfigError as refused:
        # What a refusal says to write is right at once.
        for problem in refused.problems:
            advice = re.search('write "(.*)" or leave the key out', problem.message)
            assert advice is not None
            pools[problem.path.removesuffix(".address_pool")] = advice[1]
        config = with_pools(lan, pools)
    networks = [config.network.subnet, docker_pool(config), swarm_pool(config)]
    assert not any(one.overlaps(other) for one, other in combinations(networks, 2))


def test_declared_pools_are_taken() -> None:
    config = with_pools(
        IPv4Network("192.168.1.0/24"), {"docker": "172.16.0.0/12", "swarm": "10.0.0.0/8"}
    )
    assert docker_pool(config) == IPv4Network("172.16.0.0/12")
    assert swarm_pool(config) == IPv4Network("10.0.0.0/8")


@pytest.mark.parametrize(
    ("lan", "docker", "swarm"),
    [
        ("192.168.1.0/24", "172.30.0.0/16", "10.77.0.0/16"),
        ("172.30.5.0/24", "10.213.0.0/16", "10.77.0.0/16"),
        ("10.0.0.0/8", "172.30.0.0/16", "172.28.0.0/16"),
        ("172.16.0.0/12", "10.213.0.0/16", "10.77.0.0/16"),
    ],
)
def test_planned_pools(lan: str, docker: str, swarm: str) -> None:
    config = with_pools(IPv4Network(lan), {})
    assert (docker_pool(config), swarm_pool(config)) == (IPv4Network(docker), IPv4Network(swarm))


def test_a_planned_pool_avoids_the_declared_one() -> None:
    lan = IPv4Network("192.168.1.0/24")
    assert docker_pool(with_pools(lan, {"swarm": "172.16.0.0/12"})) == DOCKER_CANDIDATES[1]
    assert swarm_pool(with_pools(lan, {"docker": "10.0.0.0/8"})) == SWARM_CANDIDATES[1]


@pytest.mark.parametrize("candidates", [DOCKER_CANDIDATES, SWARM_CANDIDATES])
def test_each_private_range_has_a_candidate(candidates: tuple[IPv4Network, ...]) -> None:
    for private in PRIVATE:
        assert any(candidate.subnet_of(private) for candidate in candidates)
