"""On which boards tasks of a service may run, as far as cluster.toml tells."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from picluster.plan import layout
from picluster.plan.config import ClusterConfig
from picluster.plan.node import Node
from picluster.plan.node_labels import declared_labels

_CONSTRAINT = re.compile(r"\s*(?P<key>[^\s=!]+)\s*(?P<sign>==|!=)\s*(?P<value>.*?)\s*")


@dataclass(frozen=True, slots=True)
class Placement:
    """Boards on which tasks may run."""

    boards: tuple[str, ...]
    """Names of those that nothing readable takes out, in the order of cluster.toml."""
    is_sure: bool
    """Whether every constraint could be read: else some of the boards may be taken out, too."""


def placement(service: Mapping[str, Any], config: ClusterConfig) -> Placement:
    """Where tasks of a service may run.

    Readable are constraints on `node.hostname`, `node.role` and those labels `pi.` that follow
    from cluster.toml. Boards that the Swarm is to spare (pause, drain) take no new tasks.
    """
    managers = frozenset(layout.managers(config))
    facts = {node.name: _facts(node, managers) for node in config.nodes}
    known = frozenset[str]().union(*(of_node.keys() for of_node in facts.values()))
    read = [_read(constraint, known) for constraint in _constraints(service)]
    boards = tuple(
        node.name
        for node in config.nodes
        if node.availability == "active"
        and all(one.allows(facts[node.name]) for one in read if one is not None)
    )
    return Placement(boards, is_sure=None not in read)


@dataclass(frozen=True, slots=True)
class _Constraint:
    key: str
    value: str
    is_equal: bool

    def allows(self, facts: Mapping[str, str]) -> bool:
        # Swarm compares without regard to case (swarmkit, manager/constraint/constraint.go).
        return (facts[self.key].casefold() == self.value.casefold()) is self.is_equal


def _facts(node: Node, managers: frozenset[str]) -> dict[str, str]:
    """What constraints may ask of a node, by their keys."""
    return {
        "node.hostname": node.name,
        "node.role": "manager" if node.name in managers else "worker",
        **{f"node.labels.{label}": value for label, value in declared_labels(node).items()},
    }


def _read(constraint: str, known: frozenset[str]) -> _Constraint | None:
    """None for a constraint on what is only known on the boards."""
    match = _CONSTRAINT.fullmatch(constraint)
    if match is None or match["key"] not in known:
        return None
    return _Constraint(match["key"], match["value"], match["sign"] == "==")


def _constraints(service: Mapping[str, Any]) -> list[str]:
    table = service
    for key in ("deploy", "placement"):
        below = table.get(key)
        table = below if isinstance(below, Mapping) else {}
    found = table.get("constraints")
    return list(map(str, found)) if isinstance(found, list) else []
