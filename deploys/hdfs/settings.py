"""The files of the HDFS deploy, made from the plan."""

from collections.abc import Sequence

from deploys.hadoop import settings as hadoop
from deploys.hadoop.commands import HDFS, command
from picluster.artefacts import Archive
from picluster.plan import hadoop_paths as paths
from picluster.plan.hadoop_daemons import (
    DATANODE,
    GROUP,
    HDFS_DAEMONS,
    HDFS_USER,
    NAMENODE,
    SECONDARYNAMENODE,
)
from picluster.plan.hadoop_settings_core import core_settings, racks_file
from picluster.plan.hadoop_settings_hdfs import hdfs_settings
from picluster.plan.hadoop_xml import CLIENT
from picluster.plan.hdfs_directories import HdfsDirectory, hdfs_directories
from picluster.plan.node import Node
from picluster.plan.plan import Plan
from picluster.plan.tree import Entry, directory, file

UNITS = tuple(daemon.unit for daemon in HDFS_DAEMONS)
"""In the order of their start."""

_CLIENT_SITES = ("core-site.xml", "hdfs-site.xml")
_CLIENT_LOGGING = f"{paths.CLIENT}/{hadoop.LOGGING}"

PATHS = sorted(
    {path for daemon in HDFS_DAEMONS for path in hadoop.daemon_paths(daemon)}
    | {f"{paths.CLIENT}/{name}" for name in _CLIENT_SITES}
    | {_CLIENT_LOGGING, paths.RACKS, paths.RACK_OF, HDFS.path}
)
"""All that may be written, but for the folders of data: those stay wherever they are."""


def files(plan: Plan, node: Node, archive: Archive) -> list[Entry]:
    """What a board gets: settings and the command everywhere, and what its daemons need.

    Nothing where the plan has no HDFS.
    """
    if plan.only("namenode") is None:
        return []
    sites = {"core-site.xml": core_settings(plan), "hdfs-site.xml": hdfs_settings(plan, node)}
    roles = plan.node(node.name).roles
    daemons = [daemon for daemon in HDFS_DAEMONS if daemon.role in roles]
    return [
        *hadoop.site_files(paths.CLIENT, sites, CLIENT),
        file(_CLIENT_LOGGING, hadoop.template("client.log4j.properties")),
        file(paths.RACKS, racks_file(plan)),
        file(paths.RACK_OF, hadoop.template("rack-of"), mode="755"),
        file(HDFS.path, command(HDFS), mode="755"),
        *_data_folders(node, [daemon.role for daemon in daemons]),
        *(
            entry
            for daemon in daemons
            for entry in hadoop.daemon_files(daemon, node, archive, sites)
        ),
    ]


def _data_folders(node: Node, roles: Sequence[str]) -> list[Entry]:
    folders = {
        NAMENODE.role: paths.name_folder(node),
        SECONDARYNAMENODE.role: paths.checkpoint_folder(node),
        DATANODE.role: paths.block_folder(node),
    }
    kept = [folder for role, folder in folders.items() if role in roles]
    return [
        *([directory(paths.data_folder(node), mode="755")] if kept else []),
        *(directory(folder, mode="700", user=HDFS_USER, group=GROUP) for folder in kept),
    ]


def digests(entries: Sequence[Entry]) -> dict[str, str]:
    """What each unit of these files notes when it starts, in the order of their start."""
    return hadoop.digests(HDFS_DAEMONS, entries)


def directories(plan: Plan, user: str) -> tuple[HdfsDirectory, ...]:
    """What has to be in HDFS, parents first.

    + user: who has a home in it, the user of the boards
    """
    return () if plan.only("namenode") is None else hdfs_directories(user)
