"""Where data and jobs go: a file into HDFS, a job over YARN, and what stays of it."""

from collections.abc import Iterator

from picluster.pictures.boards import executors
from picluster.pictures.flow import Box, Cell, Flow, draw_flow
from picluster.pictures.replicas import BLOCKS, placed
from picluster.pictures.style import MARGIN
from picluster.pictures.svg import Drawing
from picluster.plan import hadoop_ports, spark_ports
from picluster.plan.config import ClusterConfig
from picluster.plan.daemons import HadoopRole
from picluster.plan.plan import Plan
from picluster.plan.spark import SparkPlan
from picluster.plan.suggest import listed

_HISTORIES: tuple[tuple[HadoopRole, str, int], ...] = (
    ("sparkhistoryserver", "Spark", spark_ports.HISTORY_HTTP),
    ("historyserver", "MapReduce", hadoop_ports.HISTORY_HTTP),
)


def data(config: ClusterConfig, plan: Plan) -> str:
    """The picture, as the text of an SVG file."""
    flows = list(_flows(plan))
    told = [f"{flow.heading}: {' '.join(flow.steps)}" for flow in flows]
    nothing = f"HDFS, YARN and Spark are switched off in {config.cluster.name}."
    drawing = Drawing("Where data and jobs go", "\n".join(told) or nothing)
    drawing.text(MARGIN, 44, "Where data and jobs go", "headline")
    y = 66.0
    for flow in flows:
        y = draw_flow(drawing, y, flow)
    if not flows:
        drawing.text(MARGIN, y + 4, "HDFS, YARN and Spark are switched off.", "quiet")
        y += 20
    return drawing.finished(y)


def _flows(plan: Plan) -> Iterator[Flow]:
    if plan.having("datanode"):
        yield _file(plan)
    if plan.spark:
        yield _job_of_spark(plan, plan.spark)
    elif plan.having("nodemanager"):
        yield _job_of_mapreduce(plan)
    if plan.having("nodemanager"):
        yield _history(plan)


def _file(plan: Plan) -> Flow:
    namenode = plan.only("namenode") or ""
    copies = "one board keeps" if plan.replication == 1 else f"{plan.replication} boards keep"
    passes_on = "" if plan.replication == 1 else ", which passes it on to the next"
    return Flow(
        heading="A file: picluster put",
        first=Box("Your computer", (f"a file in {len(BLOCKS)} blocks,", f"{', '.join(BLOCKS)}")),
        second=Box("NameNode", (f"on {namenode}", f"port {hadoop_ports.NAMENODE_HTTP}")),
        third=Box("DataNodes", ()),
        cells=tuple(Cell(name, blocks) for name, blocks in placed(plan).items()),
        family="daemons",
        steps=(
            "Your computer asks the NameNode, which knows the name of every file and where its "
            f"blocks of {plan.block_mb} MiB lie, but holds none of them.",
            f"It sends each block to the DataNode that it is told{passes_on}: {copies} it. The "
            "letters show an example.",
        ),
        by_way=True,
    )


def _job_of_spark(plan: Plan, spark: SparkPlan) -> Flow:
    where = f"on {spark.head}" if spark.client_mode else "in a container of YARN"
    counts = {planned.node.name: executors(plan, planned) for planned in plan.nodes}
    return Flow(
        heading="A job: picluster submit",
        first=Box("Your computer", ("job.py, and its output", "line by line")),
        second=Box("ResourceManager", (f"on {spark.head}", f"the driver {where}")),
        third=Box("Executors", ()),
        cells=tuple(Cell(name, str(count)) for name, count in counts.items() if count),
        family="jobs",
        steps=(
            f"The job goes to {spark.head} by SSH. Its driver, which runs {where}, splits it into "
            "tasks and asks the ResourceManager for executors.",
            f"NodeManagers start them, {spark.executor.container_mb} MiB each and "
            f"{spark.max_executors} at once beside the application master. They read the blocks "
            "of HDFS, from their own board where they can.",
        ),
    )


def _job_of_mapreduce(plan: Plan) -> Flow:
    head = plan.only("resourcemanager") or ""
    return Flow(
        heading="A job of MapReduce",
        first=Box("hadoop jar", (f"on {head}",)),
        second=Box("ResourceManager", (f"on {head}",)),
        third=Box("NodeManagers", ()),
        cells=tuple(
            Cell(planned.node.name, str(planned.vcores)) for planned in plan.nodes if planned.vcores
        ),
        family="jobs",
        steps=(
            "The job asks the ResourceManager for containers.",
            "NodeManagers start them; the numbers are their vcores. Tasks read the blocks of HDFS, "
            "from their own board where they can.",
        ),
    )


def _history(plan: Plan) -> Flow:
    found = [
        (title, name, port)
        for role, title, port in _HISTORIES
        if (name := plan.only(role)) is not None
    ]
    servers = listed([f"{title}'s on {name}" for title, name, _ in found], "and")
    return Flow(
        heading="Afterwards",
        first=Box("Job", ("what it did,", "and its logs")),
        second=Box("HDFS", ("keeps it, like", "any other file")),
        third=Box(
            "History servers" if len(found) > 1 else "History server",
            tuple(f"{title}'s: port {port}, on {name}" for title, name, port in found),
        ),
        cells=(),
        family="daemons",
        steps=(
            "While a job runs and when it ends, its history and the logs of its containers are "
            "written to HDFS, so that they outlive both.",
            f"History servers show them as pages: {servers}.",
        ),
    )
