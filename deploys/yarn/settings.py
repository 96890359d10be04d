"""The files of the YARN deploy, made from the plan."""

import re
from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from deploys.hadoop import settings as hadoop
from deploys.hadoop.commands import MAPRED, YARN, command
from facts.thermal_band import BAND_FILE
from picluster.artefacts import Archive
from picluster.plan import hadoop_paths as paths
from picluster.plan.hadoop_daemons import (
    GROUP,
    NODEMANAGER,
    RESOURCEMANAGER,
    YARN_DAEMONS,
    YARN_USER,
    Daemon,
)
from picluster.plan.hadoop_settings_core import core_settings
from picluster.plan.hadoop_settings_hdfs import hdfs_settings
from picluster.plan.hadoop_settings_mapred import mapred_settings
from picluster.plan.hadoop_settings_yarn import capacity_settings, yarn_settings
from picluster.plan.hadoop_xml import CLIENT
from picluster.plan.hdfs_directories import HdfsDirectory, yarn_directories
from picluster.plan.node import Node
from picluster.plan.plan import Plan
from picluster.plan.thermal import stale_seconds
from picluster.plan.thermal_section import Thermal
from picluster.plan.tree import Entry, directory, file

UNITS = tuple(daemon.unit for daemon in YARN_DAEMONS)
"""In the order of their start."""

_CLIENT_SITES = ("yarn-site.xml", "mapred-site.xml")

PATHS = sorted(
    {path for daemon in YARN_DAEMONS for path in hadoop.daemon_paths(daemon)}
    | {f"{paths.CLIENT}/{name}" for name in _CLIENT_SITES}
    | {YARN.path, MAPRED.path}
)
"""All that may be written, but for the folders of data: those stay wherever they are."""


def files(plan: Plan, node: Node, archive: Archive, thermal: Thermal) -> list[Entry]:
    """What a board gets: settings and the commands everywhere, and what its daemons need.

    Nothing where the plan has no YARN. The clients' settings of HDFS are the HDFS deploy's.

    + plan: with what this board's NodeManager is to offer in its present band
    """
    if plan.only("resourcemanager") is None:
        return []
    own = {
        "yarn-site.xml": yarn_settings(plan, node, thermal),
        "mapred-site.xml": mapred_settings(plan),
    }
    sites = {
        "core-site.xml": core_settings(plan),
        "hdfs-site.xml": hdfs_settings(plan, node),
        **own,
        hadoop.SCHEDULER: capacity_settings(),
    }
    roles = plan.node(node.name).roles
    daemons = [daemon for daemon in YARN_DAEMONS if daemon.role in roles]
    return [
        *hadoop.site_files(paths.CLIENT, own, CLIENT),
        file(YARN.path, command(YARN), mode="755"),
        file(MAPRED.path, command(MAPRED), mode="755"),
        *_data_folders(node, [daemon.role for daemon in daemons]),
        *(
            entry
            for daemon in daemons
            for entry in hadoop.daemon_files(
                daemon, node, archive, sites, _programs(daemon, thermal)
            )
        ),
    ]


def _programs(daemon: Daemon, thermal: Thermal) -> list[Entry]:
    if daemon != NODEMANAGER or not thermal.enabled:
        return []
    return [file(paths.THERMAL_HEALTH, health_script(thermal), mode="755")]


def health_script(thermal: Thermal, band: str = BAND_FILE, uptime: str = "/proc/uptime") -> str:
    """What a NodeManager asks whether its board is too hot, or lacks power.

    + band: path of the file that the board's watch writes
    + uptime: path of the seconds since the boot, as the kernel tells them
    """
    values = {
        "file": quote(band),
        "uptime": quote(uptime),
        "stale": str(stale_seconds(thermal)),
        "calm": str(thermal.calm_minutes * 60),
    }
    template = Path(__file__).with_name("thermal-health").read_text()
    # In one pass: a path may hold what looks like a place for another.
    return re.sub("@([a-z]+)@", lambda place: values[place[1]], template)


def _data_folders(node: Node, roles: Sequence[str]) -> list[Entry]:
    # Containers run as the same user as the NodeManager, which asks for 755 of its own.
    wished = {
        RESOURCEMANAGER.role: {paths.application_folder(node): "700"},
        NODEMANAGER.role: {
            paths.node_folder(node): "755",
            paths.recovery_folder(node): "700",
            paths.container_folder(node): "755",
            paths.container_log_folder(node): "755",
        },
    }
    modes = {
        path: mode
        for role, folders in wished.items()
        if role in roles
        for path, mode in folders.items()
    }
    return [
        *([directory(paths.data_folder(node), mode="755")] if modes else []),
        *(directory(path, mode=mode, user=YARN_USER, group=GROUP) for path, mode in modes.items()),
    ]


def digests(entries: Sequence[Entry]) -> dict[str, str]:
    """What each unit of these files notes when it starts, in the order of their start."""
    return hadoop.digests(YARN_DAEMONS, entries)


def directories(plan: Plan) -> tuple[HdfsDirectory, ...]:
    """What has to be in HDFS before the history server starts, parents first."""
    return () if plan.only("resourcemanager") is None else yarn_directories()
