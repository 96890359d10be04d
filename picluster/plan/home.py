"""The cluster's home page: where it is, and where boards hand in what they see of themselves."""

from picluster.plan import layout
from picluster.plan.config import ClusterConfig
from picluster.plan.node import Node

FIGURES = "boards"
"""Folder below the page that holds NAME.json of each board."""


def is_home(config: ClusterConfig, node: Node) -> bool:
    """Whether this node serves the home page."""
    return config.home.enabled and layout.home_page(config) == node.name


def url(config: ClusterConfig) -> str:
    """Of the page, by the board's address; without the port that browsers take by themselves."""
    name = layout.home_page(config)
    address = next(str(node.address) for node in config.nodes if node.name == name)
    port = "" if config.home.port == 80 else f":{config.home.port}"
    return f"http://{address}{port}/"


def figures_url(config: ClusterConfig, node: Node) -> str | None:
    """Where a board hands in what its watch has seen; None where there is no page or no watch."""
    if not (config.home.enabled and config.thermal.enabled):
        return None
    return f"{url(config)}{FIGURES}/{node.name}.json"
