"""Whether YARN has the NodeManagers of the plan, with the planned memory and vcores."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from pydantic import AliasPath, BaseModel, ConfigDict, Field

from picluster.checks import http
from picluster.checks.check import Check
from picluster.checks.cluster import Cluster
from picluster.checks.conditions import first, silent, yarn_is_off
from picluster.checks.verdict import Problem, Verdict, judged
from picluster.plan.hadoop_ports import RESOURCEMANAGER_HTTP

REPAIR = "pyinfra inventory.py deploys.yarn.apply"
_REMEMBERED = {"DECOMMISSIONED", "LOST", "REBOOTED", "SHUTDOWN"}
"""States of nodes that are no more."""


class NodeManager(BaseModel):
    """A NodeManager as the ResourceManager sees it."""

    model_config = ConfigDict(extra="ignore", frozen=True, validate_by_name=True)

    host: str = Field("", alias="nodeHostName")
    state: str
    health: str = Field("", alias="healthReport")
    memory_mb: int = Field(0, validation_alias=AliasPath("totalResource", "memory"))
    vcores: int = Field(0, validation_alias=AliasPath("totalResource", "vCores"))

    @property
    def board(self) -> str:
        """Its board's name."""
        return self.host.partition(".")[0]


class _List(BaseModel):
    node: list[NodeManager] = []


class _Nodes(BaseModel):
    nodes: _List | None = None


def judge(
    wanted: Mapping[str, tuple[int, int]],
    found: Sequence[NodeManager],
    not_asked: Collection[str],
) -> Iterator[Problem]:
    """What is not as planned.

    + wanted: memory in MiB and vcores of each board with a NodeManager
    + not_asked: boards that do not answer
    """
    by_board = {one.board: one for one in found if one.state not in _REMEMBERED}
    gone = {one.board: one.state for one in found if one.state in _REMEMBERED}
    for name, (memory, vcores) in wanted.items():
        node = by_board.get(name)
        if name in not_asked:
            continue
        if node is None:
            was = f": it is {gone[name]}" if name in gone else ""
            yield Problem(
                f"the ResourceManager does not see the NodeManager of {name}{was}",
                f"sudo systemctl start yarn-nodemanager on {name}, or {REPAIR}; why it ended: sudo "
                "journalctl -u yarn-nodemanager",
            )
        elif node.state != "RUNNING":
            yield Problem(
                f"the NodeManager of {name} is {node.state}: {node.health or 'no reason is told'}",
                f"see to what it complains about on {name}; it comes back by itself",
            )
        elif (node.memory_mb, node.vcores) != (memory, vcores):
            yield Problem(
                f"the NodeManager of {name} offers {node.memory_mb} MiB and {node.vcores} vcores, "
                f"wanted: {memory} MiB and {vcores} vcores",
                REPAIR,
            )
    for name in by_board:
        if name not in wanted:
            yield Problem(f"YARN has a NodeManager on {name}, which is not planned", REPAIR)


def ask(cluster: Cluster) -> Verdict:
    """Asks the ResourceManager for its nodes."""
    found = http.json(
        _Nodes,
        f"http://{cluster.address_of('resourcemanager')}:{RESOURCEMANAGER_HTTP}/ws/v1/cluster/nodes",
        f"sudo systemctl start yarn-resourcemanager on its board, or {REPAIR}",
    )
    nodes = found.nodes.node if found.nodes else []
    wanted = {
        node.node.name: (node.yarn_mb, node.vcores)
        for node in cluster.plan.nodes
        if "nodemanager" in node.roles
    }
    running = [node for node in nodes if node.state == "RUNNING"]
    memory, vcores = sum(n.memory_mb for n in running), sum(n.vcores for n in running)
    return judged(
        f"{len(running)} of {len(wanted)} nodes: {memory} MiB, {vcores} vcores",
        judge(wanted, nodes, cluster.silent),
    )


CHECK = Check(
    "yarn-nodes",
    "NodeManagers offer what is planned",
    "the ResourceManager's list: each running, with its planned memory and vcores",
    ask,
    first(yarn_is_off, silent("resourcemanager")),
)
