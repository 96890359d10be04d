"""The home page, made from the plan."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from picluster.plan import home, urls
from picluster.plan.config import ClusterConfig
from picluster.plan.node import Role
from picluster.plan.other_roles import other_roles
from picluster.plan.plan import Plan
from picluster.plan.thermal import stale_seconds

FOLDER = Path(__file__).with_name("page")

_ROLES: dict[Role, str] = {
    "manager": "Swarm manager",
    "portainer": "Portainer",
    "mirror": "mirror",
    "home": "home page",
}
_HADOOP_ROLES = {
    "namenode": "NameNode",
    "secondarynamenode": "SecondaryNameNode",
    "datanode": "DataNode",
    "resourcemanager": "ResourceManager",
    "nodemanager": "NodeManager",
    "historyserver": "MapReduce's history",
    "sparkhistoryserver": "Spark's history",
}

_templates = Environment(
    loader=FileSystemLoader(FOLDER),
    # Names and addresses are checked where cluster.toml is read; a page does not rely on that.
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def page(cluster: ClusterConfig, plan: Plan) -> str:
    """The page as HTML. It is the same until cluster.toml is changed: figures come to it later."""
    own = other_roles(cluster)
    boards = [
        {
            "name": planned.node.name,
            "address": str(planned.node.address),
            "model": planned.node.board.title,
            "memory": f"{planned.node.memory_gb:g} GB",
            "roles": [
                *(_ROLES[role] for role in own[planned.node.name]),
                *(_HADOOP_ROLES[role] for role in planned.roles),
            ],
        }
        for planned in plan.nodes
    ]
    return _templates.get_template("index.html").render(
        name=cluster.cluster.name,
        sum=_sum(cluster),
        links=urls.services(cluster, plan),
        boards=boards,
        watched=cluster.thermal.enabled,
        seconds=cluster.thermal.interval_seconds,
        stale=stale_seconds(cluster.thermal),
        figures=home.FIGURES,
    )


def _sum(cluster: ClusterConfig) -> str:
    count = len(cluster.nodes)
    boards = "1 board" if count == 1 else f"{count} boards"
    return f"{boards}, {cluster.cores} cores, {cluster.memory_gb:g} GB of memory"
