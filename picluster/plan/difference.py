"""How the plan of one cluster.toml differs from that of another."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from picluster.plan.config import ClusterConfig
from picluster.plan.figures import figures
from picluster.plan.other_roles import other_roles
from picluster.plan.plan import NodePlan, Plan
from picluster.plan.power import power_budget
from picluster.plan.power_figures import power_figures, speed_figures
from picluster.plan.speed import speed

NOTHING = "-"
"""Stands where one of the two has no such thing."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A cluster and its plan."""

    config: ClusterConfig
    plan: Plan


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not the same."""

    what: str
    before: str
    after: str

    def to_json(self) -> dict[str, str]:
        """Plain data."""
        return {"what": self.what, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """What is not the same in two plans; empty where they are equal."""

    joining: tuple[str, ...]
    """Names of the boards that only the new one has, in its order."""
    leaving: tuple[str, ...]
    """Names of the boards that only the old one has, in its order."""
    boards: tuple[tuple[str, Change], ...]
    """Of boards that both have, and of those that join or leave, by name."""
    cluster: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.joining or self.leaving or self.boards or self.cluster)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "changed": bool(self),
            "joining": list(self.joining),
            "leaving": list(self.leaving),
            "boards": [{"name": name, **change.to_json()} for name, change in self.boards],
            "cluster": [change.to_json() for change in self.cluster],
        }


def difference(old: Planned, new: Planned) -> PlanDifference:
    """How the new plan differs from the old one. Boards are the same that have the same name."""
    before, after = _traits_of_boards(old), _traits_of_boards(new)
    names = [*after, *(name for name in before if name not in after)]
    return PlanDifference(
        joining=tuple(name for name in after if name not in before),
        leaving=tuple(name for name in before if name not in after),
        boards=tuple(
            (name, change)
            for name in names
            for change in _changes(before.get(name, {}), after.get(name, {}))
        ),
        cluster=tuple(_changes(_traits_of_cluster(old), _traits_of_cluster(new))),
    )


def _changes(before: dict[str, str], after: dict[str, str]) -> Iterator[Change]:
    for what in dict.fromkeys((*after, *before)):
        was, becomes = before.get(what, NOTHING), after.get(what, NOTHING)
        if was != becomes:
            yield Change(what, was, becomes)


def _traits_of_boards(planned: Planned) -> dict[str, dict[str, str]]:
    own = other_roles(planned.config)
    return {
        node.node.name: _traits_of_board(node, (*node.roles, *own[node.node.name]))
        for node in planned.plan.nodes
    }


def _traits_of_board(planned: NodePlan, roles: tuple[str, ...]) -> dict[str, str]:
    node = planned.node
    sizes = {"taken": planned.taken_mb, "YARN": planned.yarn_mb, "left": planned.left_mb}
    return {
        "board": f"{node.model} {node.memory_gb:g} GB",
        "address": str(node.address),
        "storage": node.storage or "SD card",
        "availability": node.availability,
        "roles": " ".join(roles) or NOTHING,
        "rack": planned.rack,
        **{what: f"{mb} MiB" for what, mb in sizes.items()},
        "vcores": str(planned.vcores),
    }


def _traits_of_cluster(planned: Planned) -> dict[str, str]:
    config = planned.config
    found = (
        *figures(config, planned.plan),
        *power_figures(config.power, power_budget(config)),
        *speed_figures(speed(config)),
    )
    return {
        "boards": str(len(config.nodes)),
        "cores": str(config.cores),
        "memory": f"{config.memory_gb:g} GB",
        "Swarm managers": str(config.managers),
        **{figure.what: figure.value for figure in found},
    }
