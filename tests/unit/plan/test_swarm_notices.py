"""What an owner is told of a Swarm that is left as it is."""

from ipaddress import IPv4Network
from typing import Any

import pytest

from picluster.plan.swarm import SwarmNode, SwarmState, Verdict
from picluster.plan.swarm_notices import notices

SWARM, DOCKER = IPv4Network("10.77.0.0/16"), IPv4Network("172.30.0.0/16")


def _state(**other: Any) -> SwarmState:
    state: Any = {"ip_vs": True, "address_pool": ["10.77.0.0/16"]} | other
    return state  # type: ignore[no-any-return]


def _node(hostname: str) -> SwarmNode:
    node: Any = {"hostname": hostname}
    return node  # type: ignore[no-any-return]


def told(*nodes: str, **states: SwarmState | None) -> list[str]:
    verdict = Verdict("swarm", tuple(map(_node, nodes or ("pi8",))))
    return list(notices(states, verdict, ["pi8", "pi1"], SWARM, DOCKER))


def test_nothing_of_a_swarm_as_wished() -> None:
    assert told(pi8=_state(), pi1=_state(address_pool=[])) == []


def test_nothing_of_boards_without_a_swarm() -> None:
    assert list(notices({"pi8": None}, Verdict(), ["pi8"], SWARM, DOCKER)) == []


def test_kernels_without_ip_vs() -> None:
    (notice,) = told(pi8=_state(ip_vs=False), pi1=_state(ip_vs=False), pi2=_state())
    assert notice.startswith("The kernel of pi1, pi8 has no ip_vs: ports")


@pytest.mark.parametrize(
    ("pool", "count"), [("10.0.0.0/8", 1), ("172.16.0.0/12", 2), ("172.30.5.0/24", 2)]
)
def test_another_pool(pool: str, count: int) -> None:
    found = told(pi8=_state(address_pool=[pool]))
    assert len(found) == count
    assert f"from {pool}, not from 10.77.0.0/16" in found[0]
    assert "[docker] address_pool" in found[-1] or count == 1


def test_nodes_that_the_cluster_does_not_have() -> None:
    (notice,) = told("pi8", "pi1", "old", pi8=_state())
    assert "does not name: old." in notice
    assert "docker node rm" in notice
