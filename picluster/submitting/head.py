"""The board that jobs are run from, and the pages of YARN and Spark that show them."""

from dataclasses import dataclass

from picluster.plan import spark_ports
from picluster.plan.config import ClusterConfig
from picluster.plan.errors import UserError
from picluster.plan.hadoop_ports import RESOURCEMANAGER_HTTP
from picluster.plan.node import Node
from picluster.plan.plan import Plan


class NoSparkError(UserError):
    """Raised where cluster.toml plans no Spark, or none for jobs of this mode."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where jobs are handed in."""

    node: Node
    history: Node
    """Where Spark's history server runs."""

    @property
    def manager(self) -> str:
        """URL of the ResourceManager's page."""
        return f"http://{self.node.address}:{RESOURCEMANAGER_HTTP}"

    @property
    def undeployed(self) -> str:
        """What to say where Spark is not there yet."""
        return (
            f"Spark is not on {self.node.name} yet; deploy it: pyinfra inventory.py deploys/all.py"
        )

    def page(self, application: str) -> str:
        """Of an application that runs: Spark's own page of it."""
        return f"{self.manager}/proxy/{application}/"

    def history_page(self, application: str, attempt: int | None) -> str:
        """Of an application that is over.

        + attempt: in cluster mode, counted from 1
        """
        place = application if attempt is None else f"{application}/{attempt}"
        return f"http://{self.history.address}:{spark_ports.HISTORY_HTTP}/history/{place}/jobs/"


def head_of(config: ClusterConfig, plan: Plan, *, cluster: bool) -> Head:
    """The board as planned. Raises NoSparkError.

    + cluster: whether the job's driver runs on a board that YARN chooses
    """
    if plan.spark is None:
        raise NoSparkError(
            "Spark is not in this cluster's plan: cluster.toml switches it off ([spark] enabled, "
            "[yarn] enabled or [hdfs] enabled = false). Switch it on and deploy"
        )
    if cluster and not plan.spark.cluster_mode:
        raise NoSparkError(
            "no NodeManager has room for a driver and an executor beside it, which cluster mode "
            "takes (picluster plan); leave out --cluster"
        )
    if not cluster and not plan.spark.client_mode:
        raise NoSparkError(
            f"{plan.spark.head}, where jobs are handed in, has no memory set aside for a driver "
            "(picluster plan --explain "
            f"{plan.spark.head}); a job runs with: picluster submit --cluster"
        )
    nodes = {node.name: node for node in config.nodes}
    return Head(nodes[plan.spark.head], nodes[plan.spark.history])
