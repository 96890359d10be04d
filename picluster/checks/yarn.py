"""Whether YARN has the NodeManagers of the plan, with the planned memory and vcores."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import AliasPath, BaseModel, ConfigDict, Field

from picluster.checks import http
from picluster.checks.check import Check
from picluster.checks.cluster import Cluster
from picluster.checks.conditions import first, silent, yarn_is_off
from picluster.checks.power import cooling, supplying
from picluster.checks.verdict import Problem, Verdict, judged
from picluster.plan.derating import YarnShare, derate, share_of, treatment
from picluster.plan.hadoop_ports import RESOURCEMANAGER_HTTP
from picluster.plan.node import Node
from picluster.plan.plan import Plan
from picluster.plan.thermal import BANDS, Band
from picluster.plan.thermal_section import Thermal
from picluster.plan.yarn import rests

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

    @property
    def share(self) -> YarnShare:
        """What it offers."""
        return YarnShare(self.memory_mb, self.vcores)


class _List(BaseModel):
    node: list[NodeManager] = []


class _Nodes(BaseModel):
    nodes: _List | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a board's NodeManager may offer."""

    node: Node
    planned: YarnShare
    by_share: Mapping[YarnShare, Band]
    """The mildest band in which it offers this, the planned one among them."""


def wanted_of(plan: Plan, section: Thermal) -> dict[str, Wanted]:
    """For each board with a NodeManager: the next deploy derates one that is hot."""
    found = {}
    for name in plan.having("nodemanager"):
        share = share_of(plan, name)
        by_share: dict[YarnShare, Band] = {}
        for band in BANDS:
            by_share.setdefault(derate(share, treatment(band, section)), band)
        found[name] = Wanted(plan.node(name).node, share, by_share)
    return found


def judge(
    wanted: Mapping[str, Wanted], found: Sequence[NodeManager], not_asked: Collection[str]
) -> Iterator[Problem]:
    """What is not as planned, nor as the plan has it for a board that is hot.

    + not_asked: boards that do not answer
    """
    by_board = {one.board: one for one in found if one.state not in _REMEMBERED}
    gone = {one.board: one.state for one in found if one.state in _REMEMBERED}
    for name, wish in wanted.items():
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
            health = " ".join(node.health.split())
            yield Problem(
                f"the NodeManager of {name} is {node.state}: {health or 'no reason is told'}",
                f"{_remedy(wish.node, node.state, health)}; it comes back by itself",
            )
        elif node.share not in wish.by_share:
            yield Problem(
                f"the NodeManager of {name} offers {_shown(node.share)}, wanted: "
                f"{_shown(wish.planned)}",
                REPAIR,
            )
    for name in by_board:
        if name not in wanted:
            yield Problem(f"YARN has a NodeManager on {name}, which is not planned", REPAIR)


def _remedy(node: Node, state: str, health: str) -> str:
    if not rests(state, health):
        return f"see to what it complains about on {node.name}"
    return supplying(node) if "undervolted" in health else cooling(node.name)


def _shown(share: YarnShare) -> str:
    return f"{share.memory_mb} MiB and {share.vcores} vcores"


def summary(wanted: Mapping[str, Wanted], found: Sequence[NodeManager]) -> str:
    """How much there is, and whose share heat or power has made smaller."""
    running = [node for node in found if node.state == "RUNNING"]
    memory, vcores = sum(n.memory_mb for n in running), sum(n.vcores for n in running)
    less = [
        f"{node.board} {_shown(node.share)} ({band})"
        for node in running
        if (wish := wanted.get(node.board)) and (band := wish.by_share.get(node.share))
        if node.share != wish.planned
    ]
    return f"{len(running)} of {len(wanted)} nodes: {memory} MiB, {vcores} vcores" + (
        f"; less than planned, as the band of the last deploy has it: {', '.join(less)}"
        if less
        else ""
    )


def ask(cluster: Cluster) -> Verdict:
    """Asks the ResourceManager for its nodes."""
    found = http.json(
        _Nodes,
        f"http://{cluster.address_of('resourcemanager')}:{RESOURCEMANAGER_HTTP}/ws/v1/cluster/nodes",
        f"sudo systemctl start yarn-resourcemanager on its board, or {REPAIR}",
    )
    nodes = found.nodes.node if found.nodes else []
    wanted = wanted_of(cluster.plan, cluster.config.thermal)
    return judged(summary(wanted, nodes), judge(wanted, nodes, cluster.silent))


CHECK = Check(
    "yarn-nodes",
    "NodeManagers offer what is planned",
    "the ResourceManager's list: each running, with its planned memory and vcores, or with what "
    "the plan leaves a hot board",
    ask,
    first(yarn_is_off, silent("resourcemanager")),
)
