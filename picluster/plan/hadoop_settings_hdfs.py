"""hdfs-site.xml. Reasons and sources: docs/hadoop-settings.md."""

from picluster.plan import hadoop_paths as paths
from picluster.plan import hadoop_ports as ports
from picluster.plan.hadoop_daemons import GROUP
from picluster.plan.hadoop_xml import CLIENT, Reader, Setting, settings_of
from picluster.plan.node import Node
from picluster.plan.plan import Plan

WRITERS: frozenset[Reader] = frozenset({CLIENT, "nodemanager", "historyserver"})
"""Who writes files into HDFS, and so chooses their replication."""

RESERVED_BYTES = 1 << 30
"""Of a DataNode's disk, left to everything else: what Ambari leaves at least."""

SAFEMODE_EXTENSION_MS = 3000
COPY_SECONDS = 60
RECHECK_MS = 45_000
"""A DataNode counts as dead after two of these and ten heartbeats: 120 s, not 10.5 min."""

TRANSFER_THREADS = 256


def hdfs_settings(plan: Plan, node: Node) -> list[Setting]:
    """Those of hdfs-site.xml of a node, of all readers."""
    namenode = plan.only("namenode")
    secondary = plan.only("secondarynamenode")
    return [
        *_files(plan),
        *settings_of(
            {"namenode", "secondarynamenode", CLIENT},
            {"dfs.namenode.http-address": f"{namenode}:{ports.NAMENODE_HTTP}"},
        ),
        *settings_of(
            {"secondarynamenode", CLIENT},
            {"dfs.namenode.secondary.http-address": f"{secondary}:{ports.SECONDARY_HTTP}"},
        ),
        *settings_of(
            {"namenode", "datanode", "secondarynamenode"},
            {"dfs.permissions.superusergroup": GROUP},
        ),
        *_namenode(plan, node),
        *settings_of(
            {"secondarynamenode"},
            {"dfs.namenode.checkpoint.dir": f"file://{paths.checkpoint_folder(node)}"},
        ),
        *_datanode(plan, node),
    ]


def _files(plan: Plan) -> list[Setting]:
    return [
        *settings_of({"namenode", *WRITERS}, {"dfs.replication": plan.replication}),
        # The DataNode looks whether a block of this size has room.
        *settings_of({"namenode", "datanode", *WRITERS}, {"dfs.blocksize": plan.block_mb << 20}),
        *settings_of(
            WRITERS, {"dfs.client.block.write.replace-datanode-on-failure.best-effort": True}
        ),
    ]


def _namenode(plan: Plan, node: Node) -> list[Setting]:
    return settings_of(
        {"namenode"},
        {
            "dfs.namenode.name.dir": f"file://{paths.name_folder(node)}",
            "dfs.namenode.handler.count": plan.namenode_handlers,
            "dfs.namenode.safemode.extension": SAFEMODE_EXTENSION_MS,
            "dfs.namenode.heartbeat.recheck-interval": RECHECK_MS,
            "dfs.namenode.reconstruction.pending.timeout-sec": COPY_SECONDS,
            "dfs.hosts": paths.DFS_HOSTS,
            "dfs.hosts.exclude": paths.DFS_EXCLUDE,
        },
    )


def _datanode(plan: Plan, node: Node) -> list[Setting]:
    # No dfs.datanode.hostname: YARN calls a node by the first name that /etc/hosts has for its
    # address, and a job finds its blocks on its own node only where HDFS does the same.
    return settings_of(
        {"datanode"},
        {
            "dfs.datanode.data.dir": f"file://{paths.block_folder(node)}",
            "dfs.datanode.address": f"{node.address}:{ports.DATANODE_DATA}",
            "dfs.datanode.http.address": f"{node.address}:{ports.DATANODE_HTTP}",
            "dfs.datanode.ipc.address": f"{node.address}:{ports.DATANODE_RPC}",
            "dfs.datanode.handler.count": plan.datanode_handlers,
            "dfs.datanode.max.transfer.threads": TRANSFER_THREADS,
            "dfs.datanode.du.reserved": RESERVED_BYTES,
        },
    )
