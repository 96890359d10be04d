"""What is known of each board, and what of it needs a look."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from picluster.plan import layout
from picluster.plan.config import ClusterConfig
from picluster.plan.node import Node
from picluster.plan.other_roles import other_roles
from picluster.plan.plan import Plan
from picluster.plan.status import (
    BoardStatus,
    SwarmEntry,
    entry_of,
    flags,
    heat_and_power,
    room_concerns,
)
from picluster.plan.thermal import Band, thresholds
from picluster.status.asking import NO_REASON, Asked
from picluster.status.node_use import NodeUse

UNREACHED = (
    "Could not connect",
    "SSH error",
    "EOF error",
    "Command timed out",
    "Command socket/SSH error",
)
"""How pyinfra's errors begin of a board that is switched off, or went away."""

DEPLOY = "pyinfra inventory.py deploys/all.py"


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One board."""

    node: Node
    roles: tuple[str, ...]
    said: BoardStatus | None
    """None of a board that does not answer."""
    band: Band | None
    swarm: SwarmEntry | None
    yarn: NodeUse | None
    concerns: tuple[str, ...]
    """What of it needs a look, in words; of a silent board the reason alone."""

    @property
    def state(self) -> Literal["up", "dead", "silent"]:
        """Dead is one that cannot be reached; silent one that is, and that told nothing."""
        if self.said is not None:
            return "up"
        return "dead" if self.concerns[0].startswith(UNREACHED) else "silent"


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """All boards in the order of cluster.toml, and what concerns no single one of them."""

    boards: tuple[BoardLine, ...]
    concerns: tuple[str, ...]
    failure: str | None
    """Why nothing is known."""
    swarm_is_known: bool
    """Whether a manager told of the Swarm."""

    @property
    def answering(self) -> int:
        """How many boards answered."""
        return sum(line.said is not None for line in self.boards)

    @property
    def is_known(self) -> bool:
        """Whether anything is known at all."""
        return self.failure is None and self.answering > 0

    @property
    def is_well(self) -> bool:
        """Whether nothing needs a look."""
        return not self.concerns and not any(line.concerns for line in self.boards)


def join(
    config: ClusterConfig, plan: Plan, asked: Asked, yarn: Mapping[str, NodeUse] | str
) -> ClusterStatus:
    """Joins the plan with what was asked.

    + yarn: what the ResourceManager said, or why it said nothing
    """
    known = {} if isinstance(yarn, str) else yarn
    swarm = _swarm(config, asked)
    others = other_roles(config)
    lines = [
        _line(config, node, (*planned.roles, *others[node.name]), asked, swarm, known)
        for node, planned in zip(config.nodes, plan.nodes, strict=True)
    ]
    if not isinstance(yarn, str):
        lines = [_with_yarn(plan, line) for line in lines]
    return ClusterStatus(
        tuple(lines),
        tuple(_general(config, asked, swarm, yarn)),
        asked.failure,
        swarm_is_known=swarm is not None,
    )


def _swarm(config: ClusterConfig, asked: Asked) -> list[SwarmEntry] | None:
    """As the strongest manager that can tell sees it."""
    found = (asked.answers.get(name) for name in layout.managers(config))
    return next((said["swarm"] for said in found if said and said["swarm"]), None)


def _line(
    config: ClusterConfig,
    node: Node,
    roles: tuple[str, ...],
    asked: Asked,
    swarm: list[SwarmEntry] | None,
    yarn: Mapping[str, NodeUse],
) -> BoardLine:
    said = asked.answers.get(node.name)
    entry = entry_of(node.name, swarm or [])
    band: Band | None = None
    concerns: list[str] = []
    if said is None:
        concerns.append(asked.silent.get(node.name, NO_REASON))
    else:
        band, heated = _heated(config, node, said)
        concerns += [*heated, *room_concerns(said), *_missing_disk(node, said)]
        concerns += _engine(said, entry, is_known=swarm is not None)
    return BoardLine(
        node,
        roles,
        said,
        band,
        entry,
        yarn.get(node.name),
        tuple(concerns),
    )


def _heated(config: ClusterConfig, node: Node, said: BoardStatus) -> tuple[Band, list[str]]:
    band, why = heat_and_power(
        said,
        thresholds(node.board, config.thermal),
        calm_seconds=config.thermal.calm_minutes * 60,
    )
    if said["undervolted"] or "undervoltage" in flags(said["throttled"]):
        watts = node.board.supply_w
        needs = f" (a {node.board.title} wants {watts:g} W)" if watts else ""
        return band, [f"undervolted: give it another power supply or a shorter cable{needs}"]
    return band, [f"{band}: {why}"] if band in ("hot", "critical") else []


def _missing_disk(node: Node, said: BoardStatus) -> Iterator[str]:
    if node.storage and node.storage not in {disk["mount"] for disk in said["disks"]}:
        yield f"no disk is mounted at {node.storage}: plug it in, and see /etc/fstab there"


def _engine(said: BoardStatus, entry: SwarmEntry | None, *, is_known: bool) -> Iterator[str]:
    if said["docker"] != "active":
        state = said["docker"] or "not there"
        yield f"its Docker engine does not run ({state}); a deploy starts it: {DEPLOY}"
    elif is_known and entry is None:
        yield f"the Swarm does not know it; a deploy lets it join: {DEPLOY}"
    elif entry is not None and entry["state"] != "ready":
        yield f"the Swarm sees it {entry['state']}"
    elif entry is not None and entry["manager"] == "unreachable":
        yield "the Swarm's other managers do not reach it"


def _with_yarn(plan: Plan, line: BoardLine) -> BoardLine:
    """With what is wrong with its NodeManager; of a silent board that is no news."""
    if line.said is None or "nodemanager" not in plan.node(line.node.name).roles:
        return line
    if line.yarn is None:
        wrong = "YARN does not see it: sudo systemctl start yarn-nodemanager there"
    elif not line.yarn.is_running:
        health = " ".join(line.yarn.health.split())
        wrong = f"YARN gives it no work: {line.yarn.state}{', ' + health if health else ''}"
    else:
        return line
    return replace(line, concerns=(*line.concerns, wrong))


def _general(
    config: ClusterConfig,
    asked: Asked,
    swarm: list[SwarmEntry] | None,
    yarn: Mapping[str, NodeUse] | str,
) -> Iterator[str]:
    if swarm is None and asked.answers:
        names = ", ".join(layout.managers(config))
        yield (
            f"no manager tells of the Swarm ({names}): it answers only while more than half of "
            "them are up; see docs/swarm.md"
        )
    if isinstance(yarn, str):
        yield f"YARN: {yarn}"
