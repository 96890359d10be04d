"""YARN's nodes: which of them the ResourceManager is to know, and whether they are as planned."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from picluster.plan.names import DOMAIN

GONE = ("DECOMMISSIONED", "LOST", "REBOOTED", "SHUTDOWN")
"""States of nodes that the ResourceManager only remembers."""

RESTS = "thermal:"
"""What a board's own health script says of heat and power begins so, after Hadoop's ERROR."""


class NodeReport(TypedDict):
    """A NodeManager as the ResourceManager sees it."""

    state: str
    """Of YARN's NodeState, such as RUNNING."""
    memory_mb: int
    """That containers may take, in MiB; -1 where it did not tell."""
    vcores: int
    health: str
    """What its health script or its disks complain about; empty where nothing does."""


class ManagerState(TypedDict):
    """The ResourceManager of a board."""

    active: bool
    """Whether its unit runs."""
    answers: bool
    """Whether it takes part in YARN: its page tells that it is the active one."""
    include: list[str] | None
    """Names in its list of nodes that may come; None where the file is absent."""
    exclude: list[str] | None
    """Names in its list of nodes that have to go; None where the file is absent."""
    told: str | None
    """Digest of the lists that the running one was told after its start; None where it has read
    them at its start."""
    nodes: dict[str, NodeReport]
    """By host name; empty where it does not answer."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a NodeManager is to offer."""

    memory_mb: int
    vcores: int


def capacities(given: object) -> dict[str, Capacity]:
    """Node name to (memory in MiB, vcores), checked. Raises ValueError that says what is wrong."""
    if not isinstance(given, Mapping):
        raise ValueError(f'nodes takes a table such as {{"pi8": [4864, 4]}}, not {given!r}')
    found = {}
    for name, pair in given.items():
        _check_name(name)
        numbers = list(pair) if isinstance(pair, list | tuple) else []
        if len(numbers) != 2 or not all(type(n) is int and n > 0 for n in numbers):
            raise ValueError(f"{name}: memory in MiB and vcores, such as [4864, 4], not {pair!r}")
        found[name] = Capacity(*numbers)
    return found


def names(given: Iterable[str]) -> list[str]:
    """Host names, checked. Raises ValueError."""
    listed = list(given)
    for name in listed:
        _check_name(name)
    return listed


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not re.fullmatch(DOMAIN, name, re.ASCII):
        raise ValueError(f"{name!r} is no host name")


@dataclass(frozen=True, slots=True)
class ListChanges:
    """What to do so that the ResourceManager knows who may come."""

    include: tuple[str, ...]
    exclude: tuple[str, ...]
    write_include: bool
    write_exclude: bool
    tell: bool
    """The ResourceManager runs and has not read these lists."""

    def __bool__(self) -> bool:
        return self.write_include or self.write_exclude or self.tell

    @property
    def digest(self) -> str:
        """The same for lists that mean the same."""
        text = "\n".join([*sorted(set(self.include)), "", *sorted(set(self.exclude))])
        return hashlib.sha256(text.encode()).hexdigest()


def list_changes(planned: Sequence[str], manager: ManagerState) -> ListChanges:
    """Adds the planned nodes to the list of those that may come; takes nobody off any list.

    A node that leaves the list is thrown out with its containers: that is for its owner to ask for.
    An exclude list that is absent becomes an empty one, without which none starts.
    """
    include = tuple(dict.fromkeys([*(manager["include"] or []), *planned]))
    changes = ListChanges(
        include=include,
        exclude=tuple(manager["exclude"] or []),
        write_include=manager["include"] is None or set(manager["include"]) != set(include),
        write_exclude=manager["exclude"] is None,
        tell=False,
    )
    unread = manager["told"] not in (None, changes.digest)
    return replace(changes, tell=manager["active"] and (bool(changes) or unread))


def is_dismissed(name: str, manager: ManagerState | None) -> bool:
    """Whether its NodeManager is down because it was asked to leave, and has to stay so."""
    return manager is not None and name in (manager["exclude"] or [])


def rests(state: str, health: str) -> bool:
    """Whether a node takes no containers because its board is too hot or lacks power, and for no
    other reason: then it comes back by itself.

    + state: of YARN's NodeState
    + health: what the ResourceManager tells of it; several complaints have semicolons between them
    """
    complaints = [part for part in health.split(";") if part.strip()]
    return state == "UNHEALTHY" and bool(complaints) and all(RESTS in part for part in complaints)


def resting(name: str, manager: ManagerState) -> str | None:
    """Why a node takes no containers now, where it is only heat or power; None for all others."""
    node = manager["nodes"].get(name)
    if node is None or not rests(node["state"], node["health"]):
        return None
    return node["health"].partition(RESTS)[2].strip()


def complaint(name: str, wished: Capacity, manager: ManagerState) -> str | None:
    """What is wrong with a node for the ResourceManager, None when it is as planned.

    A node that rests is as planned, whatever it offers.
    """
    node = manager["nodes"].get(name)
    if is_dismissed(name, manager) or resting(name, manager) is not None:
        return None
    if node is None or node["state"] in GONE:
        was = f", it is {node['state']}" if node else ""
        return (
            f"the ResourceManager does not see its NodeManager{was}: see `journalctl -u "
            "yarn-nodemanager` there"
        )
    if node["state"] != "RUNNING":
        health = f": {node['health']}" if node["health"] else ""
        return f"its NodeManager is {node['state']}{health}"
    offered = Capacity(node["memory_mb"], node["vcores"])
    if offered != wished:
        return (
            f"its NodeManager offers {offered.memory_mb} MiB and {offered.vcores} vcores, planned "
            f"are {wished.memory_mb} MiB and {wished.vcores}"
        )
    return None
