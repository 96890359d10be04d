"""Which node carries each master of Hadoop, of which the cluster has one."""

from collections.abc import Iterator
from typing import get_args

from picluster.plan.config import ClusterConfig
from picluster.plan.daemons import RESIDENT_MB, HadoopRole
from picluster.plan.layout import by_strength
from picluster.plan.node import Role
from picluster.plan.room import Room
from picluster.plan.wording import TITLES

PINNABLE: frozenset[str] = frozenset(get_args(Role))


def wanted(config: ClusterConfig) -> tuple[HadoopRole, ...]:
    """The masters that the cluster has, in the order in which they are placed."""
    roles: list[HadoopRole] = []
    if config.hdfs.enabled:
        roles.append("namenode")
    if config.yarn.enabled:
        roles += ["resourcemanager", "historyserver"]
    if config.spark.enabled:
        roles.append("sparkhistoryserver")
    if config.hdfs.enabled:
        roles.append("secondarynamenode")
    return tuple(roles)


def place_masters(config: ClusterConfig, rooms: list[Room]) -> Iterator[str]:
    """Adds each master to a room; yields why one cannot be placed, and what to change."""
    roles = wanted(config)
    pinned = [role for role in roles if _pinned(rooms, role)]
    # Pinned ones come first, so that those which may stand elsewhere make room for them.
    for role in pinned:
        yield from _place_pinned(rooms, role)
    for role in roles:
        if role not in pinned:
            yield from _place(rooms, role)


def holder(rooms: list[Room], role: HadoopRole) -> Room | None:
    """The room that has this role."""
    return next((room for room in rooms if role in room.roles), None)


def _pinned(rooms: list[Room], role: HadoopRole) -> Room | None:
    return next((room for room in rooms if role in room.node.roles), None)


def _place_pinned(rooms: list[Room], role: HadoopRole) -> Iterator[str]:
    room = _pinned(rooms, role)
    if room is None:
        return
    if room.left_mb < RESIDENT_MB[role]:
        yield (
            f"{room.node.name} has the role {role} pinned, which takes {RESIDENT_MB[role]} MiB, "
            f"and {room.account}. Pin it to a node with more memory, or leave it to the plan"
        )
        return
    room.add(role, "pinned to this node")


def _place(rooms: list[Room], role: HadoopRole) -> Iterator[str]:
    candidates = _candidates(rooms, role)
    for place, room in enumerate(candidates):
        if room.cautious_left_mb >= RESIDENT_MB[role]:
            room.add(role, _reason(role, place) if len(rooms) > 1 else "the only board")
            return
    yield _no_room(role, candidates)


def _no_room(role: HadoopRole, candidates: list[Room]) -> str:
    most = max(candidates, key=lambda room: (room.left_mb, room.cautious_left_mb))
    text = (
        f"no board has room for {_article(role)}{TITLES[role]}, which takes {RESIDENT_MB[role]} "
        f"MiB. On {most.node.name} {most.account}"
    )
    if most.left_mb >= RESIDENT_MB[role]:
        text += (
            ", but too little if it came to carry all that a board can: manager, Portainer's "
            "server, mirror and home page, which move as boards come and go"
        )
        if role in PINNABLE:
            text += f'. roles = ["{role}"] puts it there nevertheless'
    return f"{text}. Add a board with more memory{_way_out(role)}"


def _candidates(rooms: list[Room], role: HadoopRole) -> list[Room]:
    """The rooms in the order in which they are tried."""
    by_name = {room.node.name: room for room in rooms}
    ranked = [by_name[node.name] for node in by_strength(room.node for room in rooms)]
    match role:
        case "historyserver" | "sparkhistoryserver":
            return sorted(ranked, key=lambda room: "resourcemanager" not in room.roles)
        case "secondarynamenode":
            # Away from the NameNode, whose card may die, and off the head.
            return sorted([*ranked[1:], ranked[0]], key=lambda room: "namenode" in room.roles)
    return ranked


def _reason(role: HadoopRole, place: int) -> str:
    match role:
        case "historyserver" | "sparkhistoryserver":
            first = "with the ResourceManager"
        case "secondarynamenode":
            first = "the second strongest board, away from the NameNode"
        case _:
            first = "the strongest board"
    return first if place == 0 else f"no room on the boards before it ({first})"


def _article(role: HadoopRole) -> str:
    return "" if role in {"historyserver", "sparkhistoryserver"} else "the "


def _way_out(role: HadoopRole) -> str:
    match role:
        case "sparkhistoryserver":
            return ", lower a reserve_mb, or write enabled = false in [spark]"
        case "resourcemanager" | "historyserver":
            return ", lower a reserve_mb, or write enabled = false in [yarn] and [spark]"
    return ", lower a reserve_mb, or write enabled = false in [hdfs], [yarn] and [spark]"
