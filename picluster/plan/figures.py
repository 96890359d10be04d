"""The figures of the whole cluster, each with its reason, for people to read."""

from collections.abc import Iterator

from picluster.plan import sizing
from picluster.plan.config import ClusterConfig
from picluster.plan.figure import Figure
from picluster.plan.plan import Plan
from picluster.plan.spark_figures import spark_figures


def figures(config: ClusterConfig, plan: Plan) -> Iterator[Figure]:
    """The figures of the services that are enabled."""
    if config.hdfs.enabled:
        yield from _of_hdfs(config, plan)
    if config.yarn.enabled:
        yield from _of_yarn(plan)
    if plan.spark:
        yield from spark_figures(config, plan, plan.spark)


def _of_hdfs(config: ClusterConfig, plan: Plan) -> Iterator[Figure]:
    datanodes = len(plan.having("datanode"))
    why = (
        "hdfs.replication of cluster.toml" if config.hdfs.replication else "at most 3, one a board"
    )
    yield Figure("replicas of a block", str(plan.replication), f"{why}; {datanodes} DataNodes")
    yield Figure("block", f"{plan.block_mb} MiB", "hdfs.block_size_mb; a task reads one block")
    yield Figure(
        "NameNode's handlers",
        str(plan.namenode_handlers),
        f"one for each of {datanodes} DataNodes, a power of two from 8 to 64",
    )
    yield Figure("DataNode's handlers", str(plan.datanode_handlers), "as measured")


def _of_yarn(plan: Plan) -> Iterator[Figure]:
    offered = len(plan.having("nodemanager"))
    yield Figure("YARN shares out", f"{plan.yarn_mb} MiB", f"the sum of {offered} NodeManagers")
    yield Figure(
        "smallest container",
        f"{plan.min_container_mb} MiB",
        "and the step of all larger ones; YARN's own 1024 shuts out every board with less",
    )
    yield Figure(
        "largest container",
        f"{plan.max_container_mb} MiB",
        "the power of two from the largest NodeManager, whose own size caps it",
    )
    yield Figure(
        "MapReduce's tasks", f"{sizing.TASK_MB} MiB", "and its masters: they fit on every board"
    )
