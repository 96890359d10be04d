"""Who listens where: the ports that are open on each board."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from picluster.plan import hadoop_ports as hadoop
from picluster.plan import layout, mirror, spark_ports, swarm_ports
from picluster.plan.config import ClusterConfig
from picluster.plan.daemons import HadoopRole
from picluster.plan.plan import NodePlan, Plan
from picluster.plan.portainer import PORT as PORTAINER_PORT
from picluster.plan.wording import TITLES


@dataclass(frozen=True, slots=True)
class Listener:
    """A service and the ports that it listens at; TCP where nothing else is said."""

    what: str
    ports: tuple[str, ...]
    of_jobs: bool = False
    """Whether it is there only while a job runs."""


_HADOOP: Mapping[HadoopRole, tuple[int, ...]] = MappingProxyType(
    {
        "namenode": (hadoop.NAMENODE_RPC, hadoop.NAMENODE_HTTP),
        "secondarynamenode": (hadoop.SECONDARY_HTTP,),
        "datanode": (hadoop.DATANODE_HTTP, hadoop.DATANODE_DATA, hadoop.DATANODE_RPC),
        "resourcemanager": (
            hadoop.RESOURCEMANAGER_SCHEDULER,
            hadoop.RESOURCEMANAGER_TRACKER,
            hadoop.RESOURCEMANAGER_CLIENT,
            hadoop.RESOURCEMANAGER_ADMIN,
            hadoop.RESOURCEMANAGER_HTTP,
        ),
        "nodemanager": (hadoop.NODEMANAGER_RPC, hadoop.NODEMANAGER_HTTP),
        "historyserver": (hadoop.HISTORY_RPC, hadoop.HISTORY_ADMIN, hadoop.HISTORY_HTTP),
        "sparkhistoryserver": (spark_ports.HISTORY_HTTP,),
    }
)


def everywhere(config: ClusterConfig) -> tuple[Listener, ...]:
    """What listens on every board."""
    return (
        Listener("SSH", (str(config.ssh.port),)),
        Listener(
            "Swarm",
            (f"{swarm_ports.GOSSIP} TCP and UDP", f"{swarm_ports.OVERLAY} UDP"),
        ),
    )


def listeners(config: ClusterConfig, plan: Plan) -> dict[str, tuple[Listener, ...]]:
    """By the name of each node, what listens there besides `everywhere`."""
    managers = frozenset(layout.managers(config))
    portainer = layout.portainer(config) if config.portainer.enabled else None
    caches = layout.mirror(config) if config.mirror.enabled else None
    home = layout.home_page(config) if config.home.enabled else None
    found = {}
    for planned in plan.nodes:
        name = planned.node.name
        found[name] = (
            *([Listener("Swarm manager", (str(swarm_ports.MANAGEMENT),))] * (name in managers)),
            *([Listener("Portainer", (str(PORTAINER_PORT),))] * (name == portainer)),
            *(_of_mirror() if name == caches else ()),
            *([Listener("home page", (str(config.home.port),))] * (name == home)),
            *_of_hadoop(planned),
            *_of_jobs(plan, name),
        )
    return found


def _of_mirror() -> Iterator[Listener]:
    yield Listener("mirror", (str(mirror.APT_PORT), str(mirror.REGISTRY_PORT)))


def _of_hadoop(planned: NodePlan) -> Iterator[Listener]:
    for role in planned.roles:
        yield Listener(TITLES[role], tuple(map(str, _HADOOP[role])))


def _of_jobs(plan: Plan, name: str) -> Iterator[Listener]:
    """While jobs run; each takes the first free port of a row."""
    if plan.spark is None:
        return
    if name == plan.spark.head and plan.spark.client_mode:
        rows = (spark_ports.DRIVER_HTTP, spark_ports.DRIVER, spark_ports.DRIVER_BLOCKS)
        yield Listener("Spark's drivers", tuple(f"{port} on" for port in rows), of_jobs=True)
    if name in plan.spark.executor_nodes:
        yield Listener("Spark's executors", (f"{spark_ports.EXECUTOR_BLOCKS} on",), of_jobs=True)
