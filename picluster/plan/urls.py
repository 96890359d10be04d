"""Where the cluster's pages are."""

from collections.abc import Iterator
from typing import NamedTuple

from picluster.plan import hadoop_ports as ports
from picluster.plan import home, layout, spark_ports
from picluster.plan.config import ClusterConfig
from picluster.plan.daemons import HadoopRole
from picluster.plan.plan import Plan
from picluster.plan.portainer import ADMINISTRATOR
from picluster.plan.portainer import PORT as PORTAINER_PORT


class Page(NamedTuple):
    """A page for people."""

    title: str
    url: str
    """By the board's address: the computer that reads it need not know the boards' names."""
    note: str


_HADOOP: tuple[tuple[HadoopRole, int, str, str], ...] = (
    ("namenode", ports.NAMENODE_HTTP, "HDFS", "files, DataNodes, what is wrong with them"),
    ("resourcemanager", ports.RESOURCEMANAGER_HTTP, "YARN", "jobs, what each board gives"),
    ("historyserver", ports.HISTORY_HTTP, "MapReduce's history", "its jobs that are over, logs"),
    ("sparkhistoryserver", spark_ports.HISTORY_HTTP, "Spark's history", "its jobs that are over"),
)


def addresses(config: ClusterConfig, plan: Plan) -> list[Page]:
    """The pages that this cluster has, each once.

    The mirror has none, and the ports of your own stacks stand in their compose files.
    """
    return [*_home(config), *services(config, plan)]


def services(config: ClusterConfig, plan: Plan) -> list[Page]:
    """The same without the home page, which shows them."""
    return [*_portainer(config), *_hadoop(plan)]


def _home(config: ClusterConfig) -> Iterator[Page]:
    if config.home.enabled:
        yield Page("Home page", home.url(config), "all boards with their heat, and these links")


def _portainer(config: ClusterConfig) -> Iterator[Page]:
    if config.portainer.enabled:
        name = layout.portainer(config)
        address = next(node.address for node in config.nodes if node.name == name)
        note = f"the Swarm; user {ADMINISTRATOR}, password and certificate: docs/portainer.md"
        yield Page("Portainer", f"https://{address}:{PORTAINER_PORT}/", note)


def _hadoop(plan: Plan) -> Iterator[Page]:
    for role, port, title, note in _HADOOP:
        name = plan.only(role)
        if name is not None:
            yield Page(title, f"http://{plan.node(name).node.address}:{port}/", note)
