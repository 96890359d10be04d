"""The nodes that a command is meant for."""

from collections.abc import Sequence

from picluster.plan.config import ClusterConfig
from picluster.plan.errors import UserError
from picluster.plan.node import Node
from picluster.plan.problems import quote
from picluster.plan.suggest import closest, did_you_mean, listed


def chosen_nodes(config: ClusterConfig, names: Sequence[str]) -> list[Node]:
    """The nodes of these names, all nodes for no names, each once.

    Raises UserError for a name that no node has.
    """
    nodes = {node.name: node for node in config.nodes}
    unknown = [name for name in names if name not in nodes]
    if unknown:
        complaints = [
            f"{quote(name)} is no node of the cluster{did_you_mean(closest(name, nodes))}"
            for name in unknown
        ]
        raise UserError("\n".join([*complaints, f"The nodes are {listed(nodes, 'and')}."]))
    return [nodes[name] for name in dict.fromkeys(names)] if names else list(nodes.values())
