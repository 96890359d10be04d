"""Why HDFS, or a board's part in it, is left alone."""

from collections.abc import Sequence

from pyinfra import host, inventory, logger

from deploys.hdfs.places import folders, namenode
from operations.difference import unseen
from operations.failure import refuse as refuse_host
from operations.hdfs_found import Where, boards, namenode_of
from picluster.plan.hadoop_daemons import DATANODE, HDFS_DAEMONS
from picluster.plan.hadoop_paths import block_folder
from picluster.plan.hdfs_board_refusals import WishedBoard, board_refusals
from picluster.plan.hdfs_found import HadoopBoardState
from picluster.plan.hdfs_refusals import Boards, cluster_of, cluster_refusal


def refuse() -> None:
    """Leaves hosts alone when HDFS, or their part of it, is not to be touched.

    All boards read the same evidence: data of a former cluster is refused on each of them.
    """
    where = namenode()
    if where is None:
        return
    found = boards(where, folders())
    if found[host.name] is None:
        refuse_host("the board did not tell what data it has for HDFS")
    if found[where.host] is None:
        why = (
            f"{where.host}, which is to carry the NameNode, does not answer: HDFS is left as it "
            "is. Run again when it is back"
        )
        _tell(why)
        unseen("HDFS", why, behind=[where.host])
        return
    refuse_for(where, found, accepted=str(host.data.get("new_hdfs")) == "yes")


def refuse_for(where: Where, found: Boards, *, accepted: bool) -> None:
    """Leaves this host alone when data or boards speak against a change.

    + accepted: blocks without names are known of
    """
    if reason := cluster_refusal(where.host, where.folder, found, accepted=accepted):
        refuse_host(reason)
    for name in dict.fromkeys([where.host, host.name]):
        if reasons := _reasons(where, name, found):
            of = (
                "" if name == host.name else f"{name}, which is to carry the NameNode, is refused: "
            )
            refuse_host(of + "; and ".join(reasons))


def _reasons(where: Where, name: str, found: Boards) -> list[str]:
    """Why this board is left alone."""
    state = found[name]
    if state is None:
        return []
    planned = host.data.plan.node(inventory.get_host(name).data.node.name)
    node, roles = planned.node, planned.roles
    wished = WishedBoard(
        name=name,
        usable_mb=planned.usable_mb,
        storage=node.storage,
        datanode=block_folder(node) if DATANODE.role in roles else None,
        keeps_data=any(role.role in roles for role in HDFS_DAEMONS),
        drained=_is_drained(where, str(node.address), roles, state),
    )
    return board_refusals(wished, state, cluster_of(found[where.host], where.folder))


def _is_drained(where: Where, address: str, roles: Sequence[str], state: HadoopBoardState) -> bool:
    """Whether HDFS can do without the blocks of a board that is to have no DataNode any more."""
    if DATANODE.role in roles or not any(storage["blocks"] for storage in state["storages"]):
        return True
    seen = namenode_of(where)
    return (
        seen is not None
        and seen["answers"]
        and (
            address not in seen["live"] or seen["live"][address]["admin_state"] == "Decommissioned"
        )
    )


_told: set[str] = set()


def _tell(notice: str) -> None:
    if notice not in _told:
        _told.add(notice)
        logger.warning(notice)
