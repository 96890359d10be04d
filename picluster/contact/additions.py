"""Boards that answered, written into a cluster.toml."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path

import tomli

from picluster import project
from picluster.contact import cluster_file, new_file
from picluster.contact.entries import Entry
from picluster.contact.found import FoundBoard
from picluster.contact.merge import Known, merge
from picluster.contact.naming import names_for
from picluster.contact.node_tables import NodeTables
from picluster.contact.pyinfra_log import Access
from picluster.contact.question import NobodyToAskError, agreed
from picluster.contact.routes import lan_of

Tell = Callable[[str], None]


def write_boards(
    path: Path, boards: Sequence[FoundBoard], access: Access, *, yes: bool, tell: Tell
) -> bool:
    """Adds usable boards, strongest first, to a file, or makes it.

    Nodes that are there are changed only after a question, which `yes` answers. Returns whether
    the file says the same as the boards now. Raises UserError when it cannot be written.
    """
    if not path.exists():
        _make(path, boards, access, tell)
        return True
    text, data = cluster_file.read(path)
    nodes = data.get("node", [])
    plan = merge(nodes, boards)
    meant, tables = deepcopy(data), NodeTables(text)
    complete = True
    for known in plan.known:
        if not known.changes:
            tell(f"{known.name}: in {path} already")
        elif _agreed(known, yes, tell):
            for key, (_, value) in known.changes.items():
                tables.set(known.index, key, value)
                meant["node"][known.index][key] = value
            tell(...)
        else:
            complete = False
    return complete
