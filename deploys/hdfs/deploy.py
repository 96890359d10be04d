"""The HDFS deploy, and the way back for a NameNode whose card died."""

from pyinfra import host
from pyinfra.api import deploy

from deploys import base, hadoop, preflight, thermal
from deploys.hdfs import settings
from deploys.hdfs.places import datanodes, folders, namenode
from deploys.hdfs.refusing import refuse, refuse_for
from deploys.roles import hosts
from operations import daemon, hdfs, verify
from operations.failure import refuse as refuse_host
from operations.hdfs_found import Where, boards
from picluster.artefacts import HADOOP
from picluster.plan.hadoop_daemons import (
    DATANODE,
    HDFS_DAEMONS,
    NAMENODE,
    SECONDARYNAMENODE,
    YARN_DAEMONS,
)
from picluster.plan.hdfs_recovery import checkpoint

COMMAND = "/usr/local/bin/hdfs"


@deploy("HDFS")
def apply() -> None:
    """Installs and formats HDFS, and has its daemons run with the wished settings."""
    preflight.apply()
    where = namenode()
    if where is None:
        _remove()
        return
    refuse()
    if boards(where, folders())[where.host] is None:
        return
    digests = _install(where)
    hdfs.format(
        name="Format HDFS",
        namenode=where,
        folders=folders(),
        command=[COMMAND, "namenode"],
        accepted=str(host.data.get("new_hdfs")) == "yes",
        hold=thermal.hold(),
    )
    _run(where, digests)


@deploy("Recover HDFS")
def recover() -> None:
    """Begins a NameNode without names anew, with the last checkpoint of the SecondaryNameNode.

    For a card that died: the new one gets the base system first, and files of at most the last hour
    are lost. Where files that were deleted
    meanwhile are in the checkpoint again, HDFS stays in safe mode, since their blocks are missing:
    hdfs fsck / -list-corruptfileblocks names them, sudo -u hdfs hdfs dfsadmin -safemode leave ends
    it.
    """
    preflight.apply()
    where = namenode()
    if where is None:
        refuse_host("the plan has no HDFS: set enabled = true in [hdfs] of cluster.toml")
    found = boards(where, folders())
    copy = checkpoint(where.host, where.folder, found, _secondary())
    if isinstance(copy, str):
        refuse_host(copy)
    if found[where.host] is None:
        refuse_host(f"{where.host}, which is to carry the NameNode, does not answer")
    refuse_for(where, found, accepted=True)
    base.apply()
    digests = _install(where)
    hdfs.restore(
        name="Bring back the names",
        namenode=where,
        source=copy.board,
        path=copy.path,
        hold=thermal.hold(),
    )
    _run(where, digests, restored=True)


def _install(where: Where) -> dict[str, str]:
    """Programs, settings and lists; the digests of the daemons that are to be here."""
    files = settings.files(host.data.plan, host.data.node, HADOOP)
    digests = settings.digests(files)
    daemon.stop(
        name="Stop HDFS daemons that are elsewhere now",
        units=[unit for unit in settings.UNITS if unit not in digests],
    )
    hadoop.install()
    daemon.settings(
        name="Write HDFS's settings",
        entries=files,
        units=list(settings.UNITS),
        absent=settings.PATHS,
    )
    hdfs.lists(name="List the DataNodes", namenode=where, datanodes=_planned())
    return digests


def _run(where: Where, digests: dict[str, str], *, restored: bool = False) -> None:
    address = str(host.data.node.address)
    own = hadoop.units_of(NAMENODE, digests)
    # Its root folder can be asked for as soon as it has loaded all names.
    names = {
        NAMENODE.unit: f"http://{address}:{NAMENODE.port}/webhdfs/v1/?op=GETFILESTATUS FileStatus"
    }
    daemon.start(name="Start the NameNode", units=own, ready=names, present=bool(own))
    daemon.restart(name="Restart the NameNode", units=own, ready=names, present=bool(own))
    hdfs.refresh_nodes(
        name="Tell the NameNode of new DataNodes",
        namenode=where,
        datanodes=_planned(),
        units=own,
        command=[COMMAND],
    )
    own = hadoop.units_of(DATANODE, digests)
    page = f"http://{address}:{DATANODE.port}/jmx?qry=Hadoop:service=DataNode,name=DataNodeInfo"
    daemon.start(name="Start the DataNode", units=own, present=bool(own))
    hdfs.roll(
        name="Restart the DataNodes, one at a time",
        namenode=where,
        datanodes=datanodes(),
        units=own,
        # The state of its connection to the NameNode.
        ready={DATANODE.unit: f"{page} RUNNING"},
        present=bool(own),
    )
    own = hadoop.units_of(SECONDARYNAMENODE, digests)
    daemon.start(name="Start the SecondaryNameNode", units=own, present=bool(own))
    daemon.restart(name="Restart the SecondaryNameNode", units=own, present=bool(own))
    hdfs.directories(
        name="Make HDFS's directories",
        namenode=where,
        wished=settings.directories(host.data.plan, host.data.cluster.ssh.user),
        restored=restored,
    )
    verify.hdfs(name="Verify HDFS", namenode=where, datanodes=datanodes())


def _planned() -> list[str]:
    """The nodes that are to have a DataNode, as HDFS's list of them has them."""
    return list(host.data.plan.having(DATANODE.role))


def _secondary() -> str | None:
    """The host of the SecondaryNameNode."""
    return hosts().get(host.data.plan.only(SECONDARYNAMENODE.role))


def _remove() -> None:
    """Takes daemons and programs away; the data stays."""
    daemon.stop(
        name="Stop Hadoop's daemons",
        # YARN cannot be without HDFS.
        units=[each.unit for each in (*YARN_DAEMONS, *HDFS_DAEMONS)],
    )
    daemon.settings(
        name="Remove HDFS's settings",
        entries=[],
        units=list(settings.UNITS),
        absent=settings.PATHS,
    )
    hadoop.install()
