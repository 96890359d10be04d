"""Switching the caches of a board on and off, as their owner does."""

import tomlkit

from tests.conftest import LabUnderTest

IMAGE = "busybox:1.36.1"
"""A small image that the lab's Docker Hub has."""


def declare(lab: LabUnderTest, enabled: bool, board: str) -> None:
    """Writes into the lab's cluster.toml whether there is a mirror, and where."""
    document = tomlkit.parse(lab.lab.cluster_toml.read_text())
    document["mirror"]["enabled"] = enabled
    for node in document["node"]:
        node["roles"] = ["mirror"] if node["name"] == board else []
    lab.lab.cluster_toml.write_text(tomlkit.dumps(document))
