"""Clusters for tests of the plan."""

from ipaddress import IPv4Network
from typing import Any

from picluster.plan.config import ClusterConfig
from picluster.plan.load import parse_config


def cluster(*nodes: dict[str, Any], subnet: str = "10.0.0.0/16", **tables: Any) -> ClusterConfig:
    """A configuration of these boards, named n0, n1 … unless they say otherwise.

    A board says what differs from a 4B of 2 GB; `tables` are sections such as `swarm={…}`.
    """
    defaults = [
        {"name": f"n{i}", "address": str(IPv4Network(subnet)[i + 1]), "model": "4B", "memory_gb": 2}
        for i in range(len(nodes))
    ]
    boards = [{**default, **node} for default, node in zip(defaults, nodes, strict=True)]
    data = {"network": {"subnet": subnet}, "ssh": {"user": "pi"}, **tables, "node": boards}
    return parse_config(data, "cluster.toml")
