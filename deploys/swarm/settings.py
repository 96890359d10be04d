"""What the Swarm is told of a node, made from the plan."""

from picluster.plan.node import Node
from picluster.plan.node_labels import declared_labels
from picluster.plan.thermal import Band

PREFIX = "pi."


def labels(node: Node, machine: str, band: Band) -> dict[str, str]:
    """Labels for placement constraints: what is declared of the board, and what it says itself.

    + machine: the kernel's name of the architecture
    + band: of the board's heat and power
    """
    return {**declared_labels(node), "pi.arch": machine, "pi.thermal": band}
