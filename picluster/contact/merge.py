"""Which boards that answered are nodes of a cluster.toml already, and what differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from picluster.contact.entries import Entry, Value, literal
from picluster.contact.found import FoundBoard
from picluster.contact.naming import names_for


@dataclass(frozen=True, slots=True)
class Known:
    """A board that is a node already."""

    index: int
    """Its place among the file's nodes, from 0."""
    entry: Entry
    changes: dict[str, tuple[object, Value]]
    """Keys whose values differ: what the file says (None: nothing), what the board says."""

    @property
    def difference(self) -> str:
        """The changes in words."""
        return ", ".join(
            f"{key} {literal(new)}" + ("" if old is None else f" instead of {_shown(old)}")
            for key, (old, new) in self.changes.items()
        )


@dataclass(frozen=True, slots=True)
class Merge:
    """What adding boards to a file comes to."""

    known: list[Known]
    new: list[Entry]


def merge(nodes: Sequence[Mapping[str, Any]], boards: Sequence[FoundBoard]) -> Merge:
    """Compares usable boards, strongest first, with the tables of a file.

    A board is a node's when their MACs are the same; else when their addresses are, and no
    other board has that node's MAC.
    """
    owner = {board.address: _by_mac(nodes, board) for board in boards}
    taken = set(owner.values())
    for board in boards:
        if owner[board.address] is None:
            index = _by_address(nodes, board)
            owner[board.address] = None if index in taken else index
    known = [
        _known(index, nodes[index], board)
        for board in boards
        if (index := owner[board.address]) is not None
    ]
    added = [board for board in boards if owner[board.address] is None]
    names = names_for(added, taken=[str(node.get("name")) for node in nodes])
    return Merge(known, [Entry.of(*pair) for pair in zip(names, added, strict=True)])


def _by_mac(nodes: Sequence[Mapping[str, Any]], board: FoundBoard) -> int | None:
    digits = [_digits(node.get("mac")) for node in nodes]
    wanted = _digits(board.mac)
    return digits.index(wanted) if wanted and wanted in digits else None


def _by_address(nodes: Sequence[Mapping[str, Any]], board: FoundBoard) -> int | None:
    addresses = [node.get("address") for node in nodes]
    wanted = str(board.address)
    return addresses.index(wanted) if wanted in addresses else None


def _known(index: int, node: Mapping[str, Any], board: FoundBoard) -> Known:
    entry = Entry.of(str(node.get("name")), board)
    changes = {
        key: (node.get(key), value)
        for key, value in entry.values().items()
        if _plain(key, node.get(key)) != _plain(key, value)
    }
    return Known(index, entry, changes)


def _plain(key: str, value: object) -> object:
    return _digits(value) if key == "mac" else value


def _digits(mac: object) -> str:
    """A MAC in any spelling as its hexadecimal digits alone."""
    return "".join(filter(str.isalnum, str(mac or ""))).lower()


def _shown(value: object) -> str:
    return literal(value) if isinstance(value, str | int | float) else "something else"
