"""What the Swarm is told of a node, made from the plan."""

from picluster.plan.node import Node
from picluster.plan.thermal import Band

PREFIX = "pi."


def labels(node: Node, machine: str, band: Band) -> dict[str, str]:
    """Labels for placement constraints, such as `node.labels.pi.mem_gb == 8`.

    + machine: the kernel's name of the architecture
    + band: of the board's heat and power
    """
    return {
        "pi.model": node.model,
        "pi.mem_gb": f"{node.memory_gb:g}",
        "pi.cores": str(node.board.cores),
        "pi.arch": machine,
        "pi.network": node.board.network,
        "pi.storage": "disk" if node.storage else "sd",
        "pi.thermal": band,
    }
