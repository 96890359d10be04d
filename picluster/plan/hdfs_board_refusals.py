"""Why a board is not given to HDFS: its disk, its memory, blocks of another cluster."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from picluster.plan.hadoop_paths import DFS_EXCLUDE
from picluster.plan.hdfs_found import HadoopBoardState, storages

MIN_FREE_MB = 2048
"""For a board that has no data yet, in MiB: what a DataNode leaves to others (1024), Hadoop's
programs with the version before them (100 each, and as much again while one is extracted), and
some blocks (32 each)."""


@dataclass(frozen=True, slots=True)
class WishedBoard:
    """What the plan wishes of a board for Hadoop."""

    name: str
    usable_mb: int
    """Memory that the plan shares out, in MiB."""
    storage: str | None
    """Declared mount point of its disk for data."""
    datanode: str | None
    """Folder of its blocks, None without a DataNode."""
    keeps_data: bool
    """Whether any of its roles keeps data on the disk."""
    drained: bool
    """Whether HDFS can do without the blocks that it has, where it is to have no DataNode."""


def board_refusals(wished: WishedBoard, found: HadoopBoardState, cluster: str | None) -> list[str]:
    """Every reason to leave this board alone, each with what to do about it; empty for a good one.

    + cluster: clusterID of the NameNode, None where there is none yet
    """
    reasons = [*_mount(wished, found), *_room(wished, found), *_memory(wished, found)]
    if wished.datanode is not None:
        reasons += _datanode(wished.datanode, found, cluster)
    elif not wished.drained:
        reasons.append(_not_drained(wished.name))
    return reasons


def _mount(wished: WishedBoard, found: HadoopBoardState) -> Iterable[str]:
    if wished.keeps_data and wished.storage is not None and found["mount"] != wished.storage:
        yield (
            f"nothing is mounted at its declared storage {wished.storage}; mount the disk there "
            "(and enter it in /etc/fstab), or take storage of this node out of cluster.toml"
        )


def _room(wished: WishedBoard, found: HadoopBoardState) -> Iterable[str]:
    # One that holds data and is full is not made better by leaving it alone.
    is_new = not any(storage["formatted"] for storage in found["storages"])
    if wished.keeps_data and is_new and found["free_mb"] < MIN_FREE_MB:
        yield (
            f"the disk of {found['mount']} has {found['free_mb']} MiB free, and HDFS needs "
            f"{MIN_FREE_MB} MiB to begin with: free some, use a larger card, or declare the mount "
            "point of a disk as storage of this node in cluster.toml"
        )


def _memory(wished: WishedBoard, found: HadoopBoardState) -> Iterable[str]:
    if found["memory_mb"] < wished.usable_mb:
        yield (
            f"it has {found['memory_mb']} MiB of memory, and the plan shares out "
            f"{wished.usable_mb} MiB: see what takes it (gpu_mem in config.txt), or write the "
            "difference as reserve_mb into its [[node]] in cluster.toml"
        )


def _datanode(path: str, found: HadoopBoardState, cluster: str | None) -> Sequence[str]:
    there = storages(found, "datanode")
    if here := [s for s in there if s["path"] == path]:
        (own,) = here
        if not own["formatted"] and own["blocks"]:
            return [
                f"{path} holds blocks and has no current/VERSION: a DataNode would delete them. "
                f"Put it aside: sudo mv {path} {path}.damaged - HDFS has other copies of them"
            ]
        if cluster is not None and own["cluster"] not in (cluster, None):
            return [
                f"its blocks in {path} are of another HDFS ({own['cluster']}) than the NameNode's "
                f"({cluster}). Put them aside: sudo mv {path} {path}.old"
            ]
        return []
    if moved := [s["path"] for s in there if s["blocks"]]:
        return [
            f"its blocks are in {moved[0]}, but {path} is planned; a deploy moves no data. Move "
            f"them by hand: sudo systemctl stop hdfs-datanode; sudo mkdir -p {path}; sudo rsync "
            f"-aHAX {moved[0]}/ {path}/; sudo mv {moved[0]} {moved[0]}.old - then run the deploy "
            "again"
        ]
    return []


def _not_drained(name: str) -> str:
    return (
        "it has blocks of files, and the plan has no DataNode for it any more. Have HDFS copy "
        f"them first: on the NameNode's board, echo {name} | sudo tee -a {DFS_EXCLUDE}, then sudo "
        "-u hdfs hdfs dfsadmin -refreshNodes; when hdfs dfsadmin -report calls it Decommissioned, "
        "run the deploy again"
    )
