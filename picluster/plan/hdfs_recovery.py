"""A NameNode whose card died: whose checkpoint brings its names back."""

from dataclasses import dataclass

from picluster.plan.hdfs_found import storages
from picluster.plan.hdfs_refusals import Boards, cluster_to_join, is_formatted


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A copy of HDFS's names."""

    board: str
    path: str
    """Of the SecondaryNameNode's folder."""


def checkpoint(
    namenode: str, path: str, boards: Boards, preferred: str | None = None
) -> Checkpoint | str:
    """The copy to begin anew from, or why there is none and what to do.

    + namenode: name of the board that is planned to carry the NameNode
    + path: of the folder of its names there
    + preferred: name of the board that is planned to keep the checkpoint
    """
    if is_formatted(boards.get(namenode), path):
        return (
            f"{namenode} has HDFS's names in {path}, so there is nothing to bring back. If they "
            f"are damaged, put them aside first: sudo systemctl stop hdfs-namenode; sudo mv {path} "
            f"{path}.damaged"
        )
    # Another cluster's names would have the DataNodes throw their blocks away.
    wished = cluster_to_join(boards)
    found = [
        Checkpoint(name, storage["path"])
        for name, board in boards.items()
        for storage in storages(board, "secondarynamenode")
        if storage["formatted"] and wished in (None, storage["cluster"])
    ]
    if not found:
        silent = [name for name, board in boards.items() if board is None]
        rest = f"; {', '.join(silent)} did not answer" if silent else ""
        return f"no board has a checkpoint of the HDFS whose blocks are there{rest}"
    return min(found, key=lambda copy: copy.board != preferred)
