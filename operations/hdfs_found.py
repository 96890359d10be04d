"""What boards hold for HDFS, and what its NameNode says: asked once for all hosts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyinfra import host, inventory

from facts.hadoop import HadoopBoard
from facts.hdfs import NameNode
from operations import peers
from operations.values import WrongValueError, table, texts
from picluster.plan.hdfs_directories import HdfsDirectory
from picluster.plan.hdfs_found import HadoopBoardState, NameNodeState
from picluster.plan.hdfs_refusals import is_formatted
from picluster.plan.names import DOMAIN


@dataclass(frozen=True, slots=True)
class Where:
    """The NameNode, as every host knows it from the plan."""

    host: str
    """Name of its host in the inventory."""
    address: str
    """IPv4 address that it listens at."""
    folder: str
    """Of its names, such as /var/lib/hadoop/namenode."""
    directories: tuple[HdfsDirectory, ...] = ()
    """All that are to be in HDFS, whoever needs them: so that one answer serves all."""

    def to_json(self) -> dict[str, Any]:
        """Plain data, as `pyinfra … --json` shows an operation's arguments."""
        return {"host": self.host, "address": self.address, "folder": self.folder}


def namenode_of(where: Where) -> NameNodeState | None:
    """What the NameNode says; None where its board does not tell."""
    return peers.ask(
        where.host,
        NameNode,
        address=where.address,
        folder=where.folder,
        directories=[directory.path for directory in where.directories] or ["/"],
    )


def namenode_now(where: Where) -> NameNodeState | None:
    """The same, for one who waits: at most a second old, however many wait at once."""
    peers.look_again()
    return namenode_of(where)


def boards(where: Where, folders: Mapping[str, str]) -> dict[str, HadoopBoardState | None]:
    """What this run's boards and the NameNode's hold; all boards while it has no names yet.

    + folders: name of each host to the folder that its data is to lie in
    """
    # This one first, so that every board's own greenlet asks it, and all at once.
    first = [host.name, where.host, *(other.name for other in inventory if other.connected)]
    found = _asked(folders, first)
    if found[where.host] is not None and not is_formatted(found[where.host], where.folder):
        # A board that --limit leaves out may have the names, or blocks that they tell of.
        found |= _asked(folders, list(folders))
    # In one order, so that every host says the same of them.
    return {name: found[name] for name in folders if name in found}


def _asked(folders: Mapping[str, str], names: Sequence[str]) -> dict[str, HadoopBoardState | None]:
    return {name: board(name, folders) for name in dict.fromkeys(names) if name in folders}


def board(name: str, folders: Mapping[str, str]) -> HadoopBoardState | None:
    """What a host's board holds; None where it does not tell.

    + folders: name of each host to the folder that its data is to lie in
    """
    return peers.ask(name, HadoopBoard, folder=folders[name])


def folders_of(where: Where, folders: object) -> dict[str, str]:
    """Name of each host to its folder for data, checked. Raises WrongValueError."""
    given = table("folders", folders)
    for name in (where.host, host.name):
        if name not in given:
            raise WrongValueError(f"folders: {name} is not among them")
    return given


def host_names(names: object) -> list[str]:
    """Names of boards, each of which stands in a list as one line. Raises WrongValueError."""
    listed = texts("datanodes", names)
    for name in listed:
        if not re.fullmatch(DOMAIN, name, re.ASCII):
            raise WrongValueError(f"datanodes: {name!r} is no host name")
    return listed
