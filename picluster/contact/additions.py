"""Boards that answered, written into a cluster.toml."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli

from picluster.contact import cluster_file, new_file
from picluster.contact.entries import Entry
from picluster.contact.found import FoundBoard
from picluster.contact.merge import Known, merge
from picluster.contact.naming import names_for
from picluster.contact.node_tables import NodeTables
from picluster.contact.pyinfra_log import Access
from picluster.contact.question import NobodyToAskError, agreed
from picluster.contact.routes import lan_of
from picluster.plan.errors import UserError

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Written:
    """What a file says of the boards now."""

    entries: list[Entry]
    complete: bool
    """Whether that is all that the boards say; not so where an update was declined."""


def write_boards(
    path: Path, boards: Sequence[FoundBoard], access: Access, *, yes: bool, tell: Tell
) -> Written:
    """Adds usable boards, strongest first, to a cluster.toml, or makes one.

    Nodes that are there are changed only after a question, which `yes` answers. Raises UserError
    when the result would not be valid or cannot be written; the file is then as it was.
    """
    if not path.exists():
        return make_file(path, boards, access, tell)
    text, data = cluster_file.read(path)
    plan = merge(_nodes(data, path), boards)
    updated = [known for known in plan.known if known.changes and _agreed(known, yes, tell)]
    if updated or plan.new:
        edited = _edited(text, updated, plan.new)
        cluster_file.write(
            path, cluster_file.checked(path, edited, _meant(data, updated, plan.new))
        )
    for known in plan.known:
        told = "updated" if known in updated else "left as it was"
        tell(f"{path}: {known.entry.name} {told if known.changes else 'says the same already'}")
    for entry in plan.new:
        tell(f"{path}: {entry.name} added")
    declined = [known for known in plan.known if known.changes and known not in updated]
    return Written([*(known.entry for known in plan.known), *plan.new], complete=not declined)


def _edited(text: str, updated: Sequence[Known], new: Sequence[Entry]) -> str:
    """The file's text with these changes, as far as its tables can be found."""
    tables = NodeTables(text)
    # Where they cannot be, the text does not become what is meant, and is refused for that.
    with suppress(IndexError):
        for known in updated:
            for key, (_, value) in known.changes.items():
                tables.set(known.index, key, value)
        for entry in new:
            tables.append(entry)
    return tables.text


def _meant(data: dict[str, Any], updated: Sequence[Known], new: Sequence[Entry]) -> dict[str, Any]:
    """The file's data with these changes."""
    meant = deepcopy(data)
    for known in updated:
        for key, (_, value) in known.changes.items():
            meant["node"][known.index][key] = value
    meant.setdefault("node", []).extend(entry.table() for entry in new)
    return meant


def make_file(path: Path, boards: Sequence[FoundBoard], access: Access, tell: Tell) -> Written:
    """Makes a cluster.toml of usable boards, strongest first; one that is there is replaced.

    Raises UserError as `write_boards` does.
    """
    entries = [Entry.of(*pair) for pair in zip(names_for(boards), boards, strict=True)]
    lan = lan_of([board.address for board in boards])
    text = new_file.compose(new_file.example(), lan, access, entries)
    cluster_file.write(path, cluster_file.checked(path, text, tomli.loads(text)))
    tell(f"{path}: made, with {', '.join(entry.name for entry in entries)}")
    if not lan.known:
        tell(f"{path}: the subnet {lan.subnet} is a guess; check it under [network]")
    return Written(entries, complete=True)


def _nodes(data: Mapping[str, Any], path: Path) -> list[Mapping[str, Any]]:
    nodes = data.get("node", [])
    if not isinstance(nodes, list) or not all(isinstance(node, dict) for node in nodes):
        raise UserError(
            f"{path}: node is no list of [[node]] tables; see picluster validate {path}"
        )
    return nodes


def _agreed(known: Known, yes: bool, tell: Tell) -> bool:
    tell(f"{known.entry.name} is a node already, but its board says {known.difference}")
    try:
        return agreed(f"Update {known.entry.name}?", yes=yes)
    except NobodyToAskError as error:
        tell(f"Error: {known.entry.name}: {error}")
        return False
