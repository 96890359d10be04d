"""Labels of a Swarm's nodes that follow from cluster.toml alone."""

from picluster.plan.node import Node


def declared_labels(node: Node) -> dict[str, str]:
    """Label to value, for placement constraints such as `node.labels.pi.mem_gb == 8`."""
    return {
        "pi.model": node.model,
        "pi.mem_gb": f"{node.memory_gb:g}",
        "pi.cores": str(node.board.cores),
        "pi.network": node.board.network,
        "pi.storage": "disk" if node.storage else "sd",
    }
