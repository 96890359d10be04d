"""Why the boards cannot carry what cluster.toml asks for, and what to change."""

from collections.abc import Iterator

from picluster.plan import sizing
from picluster.plan.config import ClusterConfig
from picluster.plan.daemons import RESIDENT_MB, HadoopRole
from picluster.plan.room import Room
from picluster.plan.suggest import listed


def overcommitted(rooms: list[Room]) -> Iterator[str]:
    """Nodes of which more is asked than they have, before Hadoop."""
    for room in rooms:
        if room.left_mb < 0:
            lines = ", ".join(f"{share.what} {share.mb}" for share in room.shares)
            asked = room.usable_mb - room.left_mb
            yield (
                f"{room.node.name} has {room.usable_mb} MiB to use, and {asked} are asked of it "
                f"({lines}). Pin a role of it to another node, or lower its reserve_mb"
            )


def too_many_replicas(config: ClusterConfig, rooms: list[Room]) -> Iterator[str]:
    """More replicas than DataNodes."""
    names = _having(rooms, "datanode")
    wished = config.hdfs.replication
    if names and wished and wished > len(names):
        boards = "1 board has" if len(names) == 1 else f"{len(names)} boards have"
        yield (
            f"hdfs.replication is {wished}, but {boards} a DataNode: {listed(names, 'and')}. Write "
            f"replication = {len(names)} at most, leave it out, or add boards"
        )


def no_workers(config: ClusterConfig, rooms: list[Room]) -> Iterator[str]:
    """No DataNode, or not even the smallest job finds its memory."""
    if config.hdfs.enabled and not _having(rooms, "datanode"):
        yield (
            f"no board has room for a DataNode, which takes {RESIDENT_MB['datanode']} MiB. Add a "
            "board with more memory, or lower a reserve_mb"
        )
    offering = [room for room in rooms if "nodemanager" in room.roles]
    offered = sum(sizing.yarn_memory(room.left_mb) for room in offering)
    if config.yarn.enabled and offered < sizing.JOB_MB:
        yield (
            f"YARN has {offered} MiB to share out, and the smallest job takes {sizing.JOB_MB}: a "
            f"master and a task of {sizing.TASK_MB} each. A NodeManager itself takes "
            f"{RESIDENT_MB['nodemanager']}. Add a board with 2 GB or more, lower a reserve_mb, or "
            "write enabled = false in [yarn] and [spark]"
        )


def _having(rooms: list[Room], role: HadoopRole) -> list[str]:
    return [room.node.name for room in rooms if role in room.roles]
