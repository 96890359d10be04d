"""Who listens where: the ports that are open on each board."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from typing_extensions import override

from picluster.plan import artefact_ports, layout, mirror, spark_ports, swarm_ports
from picluster.plan import hadoop_ports as hadoop
from picluster.plan.config import ClusterConfig
from picluster.plan.daemons import HadoopRole
from picluster.plan.plan import NodePlan, Plan
from picluster.plan.portainer import PORT as PORTAINER_PORT
from picluster.plan.wording import TITLES

Protocol = Literal["tcp", "udp"]


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a board."""

    number: int
    protocols: tuple[Protocol, ...] = ("tcp",)
    begins_row: bool = False
    """Whether it is the first of a row, of which a program takes the first free one."""

    @override
    def __str__(self) -> str:
        if self.begins_row:
            return f"{self.number} on"
        if self.protocols == ("tcp",):
            return str(self.number)
        return f"{self.number} {' and '.join(map(str.upper, self.protocols))}"


@dataclass(frozen=True, slots=True)
class Listener:
    """A service and the ports that it listens at."""

    what: str
    ports: tuple[Port, ...]
    of_jobs: bool = False
    """Whether it is there only while a job runs."""
    loopback: bool = False
    """Whether its board alone reaches it."""

    @property
    def listed(self) -> str:
        """Its ports as people read them; TCP where nothing else is said."""
        return ", ".join(map(str, self.ports))


def _of_tcp(what: str, *numbers: int, loopback: bool = False) -> Listener:
    return Listener(what, tuple(map(Port, numbers)), loopback=loopback)


HOME_PAGE = "home page"
"""What it is called; its port is the one that cluster.toml may move."""

_SWARM = Listener(
    "Swarm", (Port(swarm_ports.GOSSIP, ("tcp", "udp")), Port(swarm_ports.OVERLAY, ("udp",)))
)
_MANAGER = _of_tcp("Swarm manager", swarm_ports.MANAGEMENT)
_PORTAINER = _of_tcp("Portainer", PORTAINER_PORT)
_MIRROR = (
    _of_tcp("mirror", mirror.APT_PORT, mirror.REGISTRY_PORT),
    _of_tcp("mirror itself", mirror.FETCH_PORT, loopback=True),
)
_ARCHIVES = _of_tcp("archives", artefact_ports.SERVER)
_PORTS: Mapping[HadoopRole, tuple[int, ...]] = MappingProxyType(
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
        "nodemanager": (
            hadoop.NODEMANAGER_LOCALIZER,
            hadoop.NODEMANAGER_RPC,
            hadoop.NODEMANAGER_HTTP,
            hadoop.NODEMANAGER_SHUFFLE,
        ),
        "historyserver": (hadoop.HISTORY_RPC, hadoop.HISTORY_ADMIN, hadoop.HISTORY_HTTP),
        "sparkhistoryserver": (spark_ports.HISTORY_HTTP,),
    }
)
_HADOOP = {role: _of_tcp(TITLES[role], *numbers) for role, numbers in _PORTS.items()}

FIXED = (_SWARM, _MANAGER, _PORTAINER, *_MIRROR, _ARCHIVES, *_HADOOP.values())
"""All services whose ports no key of cluster.toml moves, whether they are on or not."""


def everywhere(config: ClusterConfig) -> tuple[Listener, ...]:
    """What listens on every board."""
    return (_of_tcp("SSH", config.ssh.port), _SWARM)


def listeners(config: ClusterConfig, plan: Plan) -> dict[str, tuple[Listener, ...]]:
    """By the name of each node, what listens there besides `everywhere`."""
    managers = frozenset(layout.managers(config))
    portainer = layout.portainer(config) if config.portainer.enabled else None
    caches = layout.mirror(config) if config.mirror.enabled else None
    home = layout.home_page(config) if config.home.enabled else None
    # The NameNode's board hands the programs on.
    archives = plan.only("namenode")
    found = {}
    for planned in plan.nodes:
        name = planned.node.name
        found[name] = (
            *([_MANAGER] * (name in managers)),
            *([_PORTAINER] * (name == portainer)),
            *(_MIRROR if name == caches else ()),
            *([_of_tcp(HOME_PAGE, config.home.port)] * (name == home)),
            *([_ARCHIVES] * (name == archives)),
            *_of_hadoop(planned),
            *_of_jobs(plan, name),
        )
    return found


def _of_hadoop(planned: NodePlan) -> Iterator[Listener]:
    for role in planned.roles:
        yield _HADOOP[role]


def _of_jobs(plan: Plan, name: str) -> Iterator[Listener]:
    """While jobs run; each takes the first free port of a row."""
    if plan.spark is None:
        return
    if name == plan.spark.head and plan.spark.client_mode:
        rows = (spark_ports.DRIVER_HTTP, spark_ports.DRIVER, spark_ports.DRIVER_BLOCKS)
        yield _of_rows("Spark's drivers", *rows)
    if name in plan.spark.executor_nodes:
        yield _of_rows("Spark's executors", spark_ports.EXECUTOR_BLOCKS)


def _of_rows(what: str, *numbers: int) -> Listener:
    ports = tuple(Port(number, begins_row=True) for number in numbers)
    return Listener(what, ports, of_jobs=True)
