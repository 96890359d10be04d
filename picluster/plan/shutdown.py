"""Switching boards off: in which order, what that takes along, and when it must not be done."""

from collections.abc import Collection, Iterator, Mapping
from typing import Literal, get_args

from picluster.plan import layout
from picluster.plan.config import ClusterConfig
from picluster.plan.hdfs_found import LiveDataNode
from picluster.plan.plan import Plan
from picluster.plan.swarm import Verdict, managers_of, quorum, reachable

Stage = Literal["workers", "managers", "head"]

STAGES: tuple[Stage, ...] = get_args(Stage)
"""In the order in which they are switched off: who is asked by others goes after them."""


REST = "Let HDFS come to rest"
"""Name of the step after which HDFS takes no more changes."""

SILENT_SECONDS = 20
"""A DataNode reports every three; the NameNode itself gives one up after two minutes
(RECHECK_MS in hadoop_settings_hdfs)."""


def head_of(config: ClusterConfig, plan: Plan) -> str:
    """The board that goes last: with the NameNode, else the strongest manager of the Swarm."""
    return plan.only("namenode") or layout.managers(config)[0]


def stage_of(config: ClusterConfig, plan: Plan, name: str) -> Stage:
    """When a board is switched off."""
    if name == head_of(config, plan):
        return "head"
    return "managers" if name in layout.managers(config) else "workers"


def too_few_managers(
    hosts: Collection[str], nodes: Collection[str], verdict: Verdict
) -> str | None:
    """Why these boards must not be switched off without all others; None where they may.

    + hosts: names of the boards that are to go, for the message
    + nodes: IDs of their nodes in the Swarm
    """
    circle = managers_of(verdict.nodes or ())
    if not any(node["id"] in nodes for node in circle):
        return None
    left = [node for node in reachable(circle) if node["id"] not in nodes]
    if len(left) >= quorum(len(circle)):
        return None
    without = f"without {', '.join(sorted(hosts))}"
    stuck = "nothing could be changed in it, and no service would move"
    if len(circle) == 1:
        return (
            f"{without} the Swarm would have no manager: {stuck}. Switch the whole cluster off: "
            "picluster shutdown"
        )
    down = sorted(
        node["hostname"]
        for node in circle
        if node["reachability"] != "reachable" and node["id"] not in nodes
    )
    remedy = (
        f"Bring {', '.join(down)} back first, which the others do not reach"
        if down
        else "Switch fewer managers off at a time"
    )
    return (
        f"{without} {len(left)} of {len(circle)} managers of the Swarm would be left, too few to "
        f"agree: {stuck}. {remedy}, or switch off the whole cluster: picluster shutdown"
    )


def few_copies(
    planned: Mapping[str, str],
    going: Collection[str],
    live: Mapping[str, LiveDataNode],
    copies: int,
) -> str | None:
    """What of HDFS cannot be read without these boards, for others are away already; else None.

    + planned: name of each board with a DataNode to its IPv4 address
    + going: names of the boards that are to go
    + live: what the NameNode says, by the IPv4 address
    + copies: that a file has by default
    """
    away = [name for name, address in planned.items() if name not in going]
    away = [name for name in away if not is_heard(live.get(planned[name]))]
    lost = len(away) + sum(name in going for name in planned)
    if not away or lost < copies:
        return None
    are = "is" if len(away) == 1 else "are"
    return (
        f"HDFS: {', '.join(away)} {are} away already. Files that have all their copies there and "
        "on the boards that go cannot be read until one is back; none is lost"
    )


def is_heard(node: LiveDataNode | None) -> bool:
    """Whether the NameNode has heard a DataNode lately."""
    return node is not None and node["silent_seconds"] <= SILENT_SECONDS


def consequences(config: ClusterConfig, plan: Plan, names: Collection[str]) -> Iterator[str]:
    """What stands still, or is missing, while these boards are off and others are not."""
    gone = {role for name in names for role in plan.node(name).roles}
    if "namenode" in gone:
        yield "HDFS stands still, and with it all jobs: the NameNode goes."
    elif "datanode" in gone:
        yield from _copies(plan, names)
    if "resourcemanager" in gone:
        yield "YARN takes no jobs: the ResourceManager goes."
    elif "nodemanager" in gone:
        mb = sum(plan.node(name).yarn_mb for name in names)
        yield f"YARN has {mb} MiB less; what of a job runs there begins anew on other boards."
    managers = layout.managers(config)
    if lost := [name for name in managers if name in names]:
        left = len(managers) - len(lost)
        yield f"{left} of {len(managers)} managers of the Swarm are left."
    yield "The Swarm starts their tasks on other boards, but for those that are tied to a board."
    if config.portainer.enabled and layout.portainer(config) in names:
        yield "Portainer's page is away; what it shows goes on."
    if config.home.enabled and layout.home_page(config) in names:
        yield "The home page is away."
    if config.mirror.enabled and layout.mirror(config) in names:
        yield "Packages and images cannot be had: the mirror goes."


def _copies(plan: Plan, names: Collection[str]) -> Iterator[str]:
    lost = [name for name in plan.having("datanode") if name in names]
    if len(lost) < plan.replication:
        yield (
            f"Each file of HDFS with its {plan.replication} copies has a copy elsewhere; after "
            "about two minutes HDFS begins to make new ones."
        )
    else:
        yield (
            f"Files of HDFS that have all their {plan.replication} copies on these {len(lost)} "
            "boards cannot be read until one is back. None is lost."
        )
