"""The figures of Spark, each with its reason, for people to read."""

from collections.abc import Iterator

from picluster.plan.config import ClusterConfig
from picluster.plan.figure import Figure
from picluster.plan.plan import NodePlan, Plan
from picluster.plan.spark import AM_MB, DRIVER_MB, SparkPlan


def spark_figures(config: ClusterConfig, plan: Plan, spark: SparkPlan) -> Iterator[Figure]:
    """Sizes of its containers, how many there are, and where."""
    for shape in plan.executors:
        size = f"heap {shape.heap_mb} + overhead {shape.overhead_mb}"
        yield Figure(
            f"{shape.name} executors",
            f"{shape.container_mb} MiB",
            f"{size}; {shape.count} at once where nothing else runs",
        )
    wish = config.spark.executor
    why = (
        "spark.executor of cluster.toml"
        if wish
        else "the size of which most run beside an application master"
    )
    yield Figure("Spark's executors", spark.executor.name, why)
    beside = "beside one application master; no application is given more"
    yield Figure("executors at once", str(spark.max_executors), beside)
    yield Figure(
        "boards with executors",
        " ".join(spark.executor_nodes),
        f"every NodeManager of {spark.executor.container_mb} MiB or more",
    )
    yield Figure(
        "application master",
        f"{AM_MB} MiB",
        f"heap {spark.am_heap_mb} + overhead {spark.am_overhead_mb}; of a job in client mode",
    )
    size = f"heap {spark.driver_heap_mb} + overhead {spark.driver_overhead_mb}"
    yield Figure("driver", f"{DRIVER_MB} MiB", f"{size}; in client mode the heap alone counts")
    yield Figure("modes", *_modes(spark))
    carry = f"NodeManagers of {AM_MB} MiB or more, the head and the history server's board"
    yield Figure("boards with Spark", " ".join(spark.nodes), carry)
    yield Figure("jobs are submitted on", spark.head, "the ResourceManager's board")
    yield Figure("Spark's history is on", spark.history, "pages of the jobs that have ended")


def _modes(spark: SparkPlan) -> tuple[str, str]:
    """In which modes jobs run, and why not in both."""
    if not spark.cluster_mode:
        lack = f"beside a driver of {DRIVER_MB} MiB YARN has no sure place for an executor"
        return "client only", lack
    if not spark.client_mode:
        return "cluster only", f"{spark.head} has no memory set aside for a driver"
    return "client, cluster", f"the driver runs on {spark.head}, or in a container"


def spark_on(plan: Plan, node: NodePlan) -> str | None:
    """What of Spark one node carries, in a sentence; None where Spark is off."""
    spark = plan.spark
    if spark is None:
        return None
    name, size = node.node.name, spark.executor.container_mb
    if name in spark.executor_nodes:
        count = min(node.yarn_mb // size, node.vcores)
        parts = [f"{spark.executor.name} executors of {size} MiB, {count} at once"]
    elif node.yarn_mb >= AM_MB:
        parts = [f"application masters of {AM_MB} MiB, no executor of {size}"]
    else:
        has = f"its NodeManager has {node.yarn_mb} MiB" if node.yarn_mb else "it has no NodeManager"
        parts = [f"no container, {has}"]
    if name == spark.head:
        parts.append("jobs are submitted here")
    if name == spark.history:
        parts.append("the history server")
    return f"Spark {spark.version}: {'; '.join(parts)}"
