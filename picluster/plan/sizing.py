"""How much each node gives to YARN, and the figures of HDFS that follow from the cluster's size."""

from math import ceil, log2

from picluster.plan.node import Node

MIN_CONTAINER_MB = 128
"""Smallest container, and the step in which memory is shared out. YARN's own 1024 would shut out
every board that has less to give."""

TASK_MB = 256
"""MiB of a MapReduce task, and of a job's master. A NodeManager with less could run neither."""

JOB_MB = 2 * TASK_MB
"""MiB that the smallest job takes: its master and one task."""

_VCORES = {"BCM2837": 2, "BCM2711": 6, "BCM2712": 8}
_HANDLERS = (8, 64)


def yarn_memory(left_mb: int) -> int:
    """What a NodeManager shares out of so many MiB: whole containers, 0 where none fits."""
    whole = left_mb // MIN_CONTAINER_MB * MIN_CONTAINER_MB
    return whole if whole >= TASK_MB else 0


def vcores(node: Node) -> int:
    """How many tasks a node runs at once, by its class; no core is bound to a task.

    Tasks wait for disks and networks here, so that four A72 cores take six (1.5 a core, of the
    1.5 to 2 that Huawei's MRS gives) and four A76 eight. The A53 boards have one or two containers
    by their memory, and slow down from 60 or 80 °C: two.
    """
    return _VCORES.get(node.board.soc, node.board.cores)


def rack(node: Node) -> str:
    """The rack that HDFS takes the node to stand in.

    Of a file's replicas HDFS never puts all on one rack. The network divides the boards into two,
    so that no file lies on boards behind a USB 2.0 bus alone. It follows from the board itself: a
    board that is added moves no other one to another rack.
    """
    return "/gigabit" if node.board.network == "gigabit" else "/usb2"


def max_container(largest_mb: int) -> int:
    """Largest container (MiB) that may be asked for: the power of two from the largest NodeManager.

    YARN caps it by the largest node that is there. Without this step the ResourceManager, and all
    that read the key, would restart whenever one NodeManager's memory moves.
    """
    return 1 << ceil(log2(largest_mb)) if largest_mb else 0


def namenode_handlers(datanodes: int) -> int:
    """Threads that answer the NameNode's clients: a power of two from 8 to 64.

    8 served seven boards in all jobs of the lab (Hadoop's default is 10, Ambari's rule 25 a core).
    One for each DataNode beyond that; in powers of two, so that a board that is added rarely
    restarts the NameNode.
    """
    least, most = _HANDLERS
    return min(most, max(least, 1 << ceil(log2(max(datanodes, 1)))))


DATANODE_HANDLERS = 4
"""Threads that answer a DataNode's peers: 4 served all jobs of the lab; Hadoop's default is 10."""


def replication(datanodes: int) -> int:
    """On how many DataNodes each block is kept where cluster.toml says nothing."""
    return min(3, datanodes)
