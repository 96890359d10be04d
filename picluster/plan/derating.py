"""What a board's band means for its share of YARN and of the Swarm."""

from dataclasses import dataclass, replace
from typing import Literal

from picluster.plan import sizing
from picluster.plan.plan import Plan
from picluster.plan.thermal import Band
from picluster.plan.thermal_section import Critical, Hot, Thermal, Warm

Availability = Literal["active", "pause", "drain"]

_MILDEST_FIRST: tuple[Availability, ...] = ("active", "pause", "drain")


@dataclass(frozen=True, slots=True)
class Treatment:
    """What a board in a band still gives."""

    memory_percent: int
    """Of the planned memory of its NodeManager, 0 to 100."""
    cores_percent: int
    """Of its planned vcores, 0 to 100."""
    availability: Availability
    """In the Swarm; never drain, which would take its tasks away."""


FULL = Treatment(100, 100, "active")
"""Of a board that nothing is taken from."""


@dataclass(frozen=True, slots=True)
class YarnShare:
    """What a NodeManager offers to containers; 0 of both where there is none."""

    memory_mb: int
    """MiB."""
    vcores: int


def treatment(band: Band, section: Thermal) -> Treatment:
    """What [thermal] of cluster.toml does about this band; everything stays where it is off."""
    if band == "cool" or not section.enabled:
        return FULL
    tables: dict[Band, Warm | Hot | Critical] = {
        "warm": section.warm,
        "hot": section.hot,
        "critical": section.critical,
    }
    wished = tables[band]
    return Treatment(wished.yarn_memory_percent, wished.yarn_cores_percent, wished.availability)


def derate(share: YarnShare, wished: Treatment) -> YarnShare:
    """What is left of a share: whole containers and cores, at least one of each that it has.

    The ResourceManager turns away who offers less.
    """
    step = sizing.MIN_CONTAINER_MB
    memory = share.memory_mb * wished.memory_percent // 100 // step * step
    vcores = share.vcores * wished.cores_percent // 100
    return YarnShare(
        max(memory, min(step, share.memory_mb)),
        max(vcores, min(1, share.vcores)),
    )


def share_of(plan: Plan, name: str) -> YarnShare:
    """What the plan has a node's NodeManager offer. Raises KeyError for an unknown node."""
    planned = plan.node(name)
    return YarnShare(planned.yarn_mb, planned.vcores)


def derated(plan: Plan, name: str, wished: Treatment) -> Plan:
    """The plan with what is left of this node's share of YARN, and nothing else changed.

    Roles never follow temperature, nor do sizes that other boards go by, such as an executor's.
    Raises KeyError for a node that is not there.
    """
    left = derate(share_of(plan, name), wished)
    nodes = (
        replace(planned, yarn_mb=left.memory_mb, vcores=left.vcores)
        if planned.node.name == name
        else planned
        for planned in plan.nodes
    )
    return replace(plan, nodes=tuple(nodes))


def stricter(one: Availability, other: Availability) -> Availability:
    """The one that lets the Swarm do less: the owner's wish and heat's, whichever is stricter."""
    return max(one, other, key=_MILDEST_FIRST.index)
