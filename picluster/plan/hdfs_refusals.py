"""Why HDFS is not touched: data of former clusters, and boards that do not answer."""

from collections.abc import Callable, Mapping

from picluster.plan.hdfs_found import HadoopBoardState, HadoopStorage, storages

NEW_HDFS = "--data new_hdfs=yes"
"""The owner's word that a former cluster's files may be given up."""

Boards = Mapping[str, HadoopBoardState | None]
"""What the boards say, None for one that cannot be asked."""


def is_formatted(found: HadoopBoardState | None, path: str) -> bool:
    """Whether HDFS's names lie there."""
    return any(s["formatted"] and s["path"] == path for s in storages(found, "namenode"))


def cluster_refusal(namenode: str, path: str, boards: Boards, *, accepted: bool) -> str | None:
    """Why HDFS is left alone on every board, and what to do; None when nothing speaks against it.

    + namenode: name of the board that is planned to carry the NameNode
    + path: of the folder of its names there
    + accepted: the owner gives up the files of a former cluster; names are still never overwritten
    """
    own = boards.get(namenode)
    if is_formatted(own, path):
        return None
    reasons = [_elsewhere(namenode, path, boards), _damaged(namenode, path, own)]
    if not accepted:
        reasons += [_blocks(namenode, boards), _unknown(namenode, boards)]
    reasons.append(_clusters(boards))
    return next((reason for reason in reasons if reason is not None), None)


def _elsewhere(namenode: str, path: str, boards: Boards) -> str | None:
    there = [
        (name, storage)
        for name, found in boards.items()
        for storage in storages(found, "namenode")
        if (name, storage["path"]) != (namenode, path)
    ]
    if not there:
        return None
    board, storage = there[0]
    if board == namenode:
        return (
            f"the NameNode's data is in {storage['path']} on {board}, but {path} is planned; a "
            "deploy moves no data. Move it by hand: sudo systemctl stop hdfs-namenode; sudo mkdir "
            f"-p {path}; sudo rsync -aHAX {storage['path']}/ {path}/; sudo mv {storage['path']} "
            f"{storage['path']}.old - then run the deploy again"
        )
    others = f" ({', '.join(sorted({name for name, _ in there} - {board}))} too)"
    return (
        f"the NameNode's data is on {board}, in {storage['path']}"
        f"{others if len({name for name, _ in there}) > 1 else ''}, but {namenode} is planned to "
        f'carry it; a deploy moves no data. Keep it there: write roles = ["namenode"] into the '
        f"[[node]] of {board} in cluster.toml. Or, if it is of a former cluster and its files may "
        f"go, put it aside on {board}: sudo mv {storage['path']} {storage['path']}.old"
    )


def _damaged(namenode: str, path: str, own: HadoopBoardState | None) -> str | None:
    if not any(s["path"] == path for s in storages(own, "namenode")):
        return None
    return (
        f"{path} on {namenode} is not empty, and has no current/VERSION: these names of HDFS are "
        "damaged. Bring back a copy of the folder, or put it aside to begin anew from a "
        f"checkpoint or without files: sudo mv {path} {path}.damaged"
    )


def _unknown(namenode: str, boards: Boards) -> str | None:
    silent = [name for name, found in boards.items() if found is None]
    if not silent:
        return None
    return (
        f"{namenode} has no data of a NameNode yet, and whether {', '.join(silent)} "
        f"{'has' if len(silent) == 1 else 'have'} blocks or names of an HDFS cannot be seen: no "
        "answer. Nothing is formatted before that is known: bring the board back, or take it out "
        f"of cluster.toml, or, if all files of a former HDFS may go, run again with {NEW_HDFS}"
    )


def _blocks(namenode: str, boards: Boards) -> str | None:
    holding = _names(boards, lambda s: s["kind"] == "datanode" and s["blocks"])
    if not holding:
        return None
    copies = _names(boards, lambda s: s["kind"] == "secondarynamenode" and s["formatted"])
    if copies:
        way = (
            f"{copies[0]} has a checkpoint of them, at most an hour older than their loss: pyinfra "
            "inventory.py deploys.hdfs.recover"
        )
    else:
        way = (
            "No board has a checkpoint of them. If you have a copy, put it into the NameNode's "
            f"folder on {namenode}"
        )
    return (
        f"{', '.join(holding)} {'has' if len(holding) == 1 else 'have'} blocks of files, and "
        f"{namenode}, which is planned to carry the NameNode, has no names for them: its card is "
        f"new, or the NameNode was on a board that is no longer in cluster.toml. {way}. If all "
        f"files may go, run again with {NEW_HDFS}; their blocks stay on the disks"
    )


def _clusters(boards: Boards) -> str | None:
    """DataNodes take part in no other cluster than the one that their disks name."""
    found: dict[str, list[str]] = {}
    for name, board in boards.items():
        for storage in storages(board, "datanode"):
            if storage["cluster"] is not None:
                found.setdefault(storage["cluster"], []).append(name)
    if len(found) < 2:
        return None
    groups = "; ".join(f"{', '.join(names)} of {cluster}" for cluster, names in found.items())
    return (
        f"the DataNodes' folders are of several clusters ({groups}), and there are no names yet "
        "that tell which counts: put aside what is not needed, on each of its boards: sudo mv "
        "/var/lib/hadoop/datanode /var/lib/hadoop/datanode.old"
    )


def _names(boards: Boards, wanted: Callable[[HadoopStorage], bool]) -> list[str]:
    return [
        name
        for name, found in boards.items()
        if any(wanted(storage) for storage in (found["storages"] if found else []))
    ]


def cluster_of(found: HadoopBoardState | None, path: str) -> str | None:
    """clusterID of the NameNode's own data; None while it has none."""
    own = (s["cluster"] for s in storages(found, "namenode") if s["path"] == path)
    return next(own, None)


def cluster_to_join(boards: Boards) -> str | None:
    """clusterID of DataNodes that are there already; None where there are none."""
    found = [s["cluster"] for board in boards.values() for s in storages(board, "datanode")]
    return next((cluster for cluster in found if cluster is not None), None)
