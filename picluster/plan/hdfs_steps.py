"""What is to be done in HDFS, by what its NameNode says."""

from collections.abc import Iterable, Mapping

from picluster.plan.hdfs_directories import HdfsDirectory
from picluster.plan.hdfs_found import DirectoryState, LiveDataNode, NameNodeState
from picluster.plan.node_lists import names

SILENT_SECONDS = 30
"""A heartbeat comes every 3 seconds; a DataNode that missed ten has stopped, or its board has."""


def wrong_directories(
    wished: Iterable[HdfsDirectory], found: Mapping[str, DirectoryState | None]
) -> list[HdfsDirectory]:
    """Those that are absent, or have another mode or owner; parents first."""
    return [directory for directory in wished if found[directory.path] != _state(directory)]


def _state(directory: HdfsDirectory) -> DirectoryState:
    return DirectoryState(mode=directory.mode, owner=directory.owner, group=directory.group)


def missing_names(planned: Iterable[str], found: Iterable[str] | None) -> list[str]:
    """Who has to be added to the list of nodes that may come.

    Nobody is ever taken off it: the NameNode would turn away a DataNode with its blocks.
    """
    return [name for name in planned if name not in names(found or [])]


def missing_datanodes(planned: Mapping[str, str], seen: NameNodeState) -> list[str]:
    """Names of those that the NameNode does not see alive.

    + planned: name of a board to its IPv4 address
    """
    return [name for name, address in planned.items() if not is_alive(address, seen["live"])]


def is_alive(address: str, live: Mapping[str, LiveDataNode]) -> bool:
    """Whether a DataNode has lately spoken to the NameNode."""
    return address in live and live[address]["silent_seconds"] <= SILENT_SECONDS


def reasons_against_restart(
    name: str, planned: Mapping[str, str], seen: NameNodeState | None
) -> list[str]:
    """What speaks against taking a DataNode away for a moment.

    + name: of its board
    + planned: name of each board with a DataNode to its IPv4 address
    + seen: what the NameNode says, None where its board does not answer
    """
    if seen is None or not seen["answers"]:
        return ["the NameNode does not answer"]
    reasons = []
    if seen["safe_mode"]:
        reasons.append(f"HDFS is in safe mode: {seen['safe_mode']}")
    if silent := [other for other in missing_datanodes(planned, seen) if other != name]:
        reasons.append(f"the NameNode does not see the DataNodes of {', '.join(silent)}")
    if seen["missing_blocks"]:
        reasons.append(
            f"{seen['missing_blocks']} blocks of files are on no DataNode that runs: hdfs fsck / "
            "-list-corruptfileblocks tells whose they are"
        )
    return reasons


def healthy(name: str, planned: Mapping[str, str], seen: NameNodeState | None) -> str | None:
    """What is wrong with HDFS for a board, None when it is as planned.

    + name: of the board; one without a DataNode is only asked whether HDFS takes changes
    + planned: name of each board with a DataNode to its IPv4 address
    """
    if seen is None or not seen["answers"]:
        return "the NameNode does not answer"
    if seen["safe_mode"]:
        return f"HDFS is in safe mode: {seen['safe_mode']}"
    if name in missing_datanodes(planned, seen):
        return "the NameNode does not see its DataNode: see `journalctl -u hdfs-datanode` there"
    return None
