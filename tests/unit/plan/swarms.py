"""Boards' words about their Swarm, short to write."""

from collections.abc import Iterable
from typing import Any, cast

from picluster.plan.swarm import SwarmNode, SwarmState

SWARM, OTHER = "pw4embxe0xv3q80qwdd1jdhuq", "x0otherswarm"


def node(name: str, **changes: Any) -> SwarmNode:
    """A ready worker, whose ID begins with its host name."""
    entry: dict[str, Any] = {
        "id": f"{name}-id",
        "hostname": name,
        "role": "worker",
        "availability": "active",
        "labels": {},
        "state": "ready",
        "reachability": None,
        "manager_address": None,
    }
    return cast(SwarmNode, entry | changes)


def member(name: str, reachability: str = "reachable", **changes: Any) -> SwarmNode:
    """A node of the managers' circle."""
    return node(
        name,
        role="manager",
        reachability=reachability,
        manager_address=f"{name}:2377",
        state="ready" if reachability == "reachable" else "down",
        **changes,
    )


def circle(
    reached: Iterable[str], lost: Iterable[str] = (), workers: Iterable[str] = ()
) -> list[SwarmNode]:
    """All nodes of a Swarm, as a manager sees them."""
    return [
        *(member(name) for name in reached),
        *(member(name, "unreachable") for name in lost),
        *(node(name) for name in workers),
    ]


def blank(**changes: Any) -> SwarmState:
    """A board without Docker, on which nothing of a Swarm is."""
    state: dict[str, Any] = {
        "engine": "absent",
        "state": "",
        "error": "",
        "control": False,
        "swarm_id": None,
        "node_id": None,
        "manager_on_disk": False,
        "remote_managers": 0,
        "nodes": None,
        "certificate_seconds": None,
        "address_pool": [],
        "ip_vs": True,
        "vxlan": True,
    }
    return cast(SwarmState, state | changes)


def inactive(**changes: Any) -> SwarmState:
    """An engine that is in no Swarm."""
    return blank(**{"engine": "running", "state": "inactive"} | changes)


def worker(name: str, **changes: Any) -> SwarmState:
    """An active worker, certificate and all."""
    return inactive(
        **{
            "state": "active",
            "swarm_id": SWARM,
            "node_id": f"{name}-id",
            "remote_managers": 3,
        }
        | changes
    )


def manager(name: str, nodes: list[SwarmNode] | None, **changes: Any) -> SwarmState:
    """An active manager; nodes is None where it has no leader."""
    known = sum(entry["reachability"] is not None for entry in nodes or ()) or 3
    return worker(
        name,
        **{
            "control": True,
            "manager_on_disk": True,
            "nodes": nodes,
            "remote_managers": known,
            "certificate_seconds": None if nodes is None else 365 * 86400,
            "address_pool": [] if nodes is None else ["10.77.0.0/16"],
        }
        | changes,
    )


def stopped(state: SwarmState, engine: str = "stopped") -> SwarmState:
    """The same board when its engine does not run: only its disk speaks."""
    return cast(
        SwarmState,
        state
        | {
            "engine": engine,
            "state": "",
            "control": False,
            "nodes": None,
            "certificate_seconds": None,
            "address_pool": [],
        },
    )


def swarm_of(
    managers: Iterable[str], lost: Iterable[str] = (), workers: Iterable[str] = ()
) -> dict[str, SwarmState | None]:
    """What all boards of a Swarm say when the lost managers are away."""
    lost = list(lost)
    up = [name for name in managers if name not in lost]
    nodes = circle(up, lost, workers)
    has_leader = 2 * len(up) > len(up) + len(lost)
    count = len(up) + len(lost)
    return {
        **{
            name: manager(name, nodes if has_leader else None, remote_managers=count) for name in up
        },
        **{name: worker(name, remote_managers=count) for name in workers},
        **dict.fromkeys(lost),
    }
