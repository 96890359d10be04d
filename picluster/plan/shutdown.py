"""Switching boards off: in which order, what that takes along, and when it must not be done."""

from collections.abc import Collection, Iterator
from typing import Literal, get_args

from picluster.plan import layout
from picluster.plan.config import ClusterConfig
from picluster.plan.plan import Plan
from picluster.plan.swarm import Verdict, managers_of, quorum, reachable

Stage = Literal["workers", "managers", "head"]

STAGES: tuple[Stage, ...] = get_args(Stage)
"""In the order in which they are switched off: who is asked by others goes after them."""


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
    return (
        f"without {', '.join(sorted(hosts))} {len(left)} of {len(circle)} managers of the Swarm "
        "would be left, too few to agree: nothing could be changed in it, and no service would "
        "move. Switch fewer managers off at a time, or the whole cluster: picluster shutdown"
    )


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
    if config.mirror.enabled and layout.mirror(config) in names:
        yield "Packages and images cannot be had: the mirror goes."


def _copies(plan: Plan, names: Collection[str]) -> Iterator[str]:
    lost = [name for name in plan.having("datanode") if name in names]
    if len(lost) < plan.replication:
        yield (
            f"Each file of HDFS with its {plan.replication} copies has a copy elsewhere; after "
            "about ten minutes HDFS begins to make new ones."
        )
    else:
        yield (
            f"Files of HDFS that have all their {plan.replication} copies on these {len(lost)} "
            "boards cannot be read until one is back. None is lost."
        )
