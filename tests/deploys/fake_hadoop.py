"""What a blank and what a converged board would answer about HDFS, YARN and Hadoop's programs."""

import base64
import json
import os
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from deploys.hdfs import settings as hdfs_settings
from deploys.spark import settings as spark_settings
from deploys.yarn import settings as yarn_settings
from picluster.artefacts import HADOOP, SPARK, Archive, places, server
from picluster.lab.fleet import MEMTOTAL_KB
from picluster.plan import hadoop_paths as paths
from picluster.plan.config import ClusterConfig
from picluster.plan.hadoop_daemons import GROUP, HDFS_DAEMONS, SPARK_DAEMONS, USERS, YARN_DAEMONS
from picluster.plan.hdfs_directories import HdfsDirectory
from picluster.plan.node import Node
from picluster.plan.plan import Plan
from picluster.plan.spark_paths import PACKAGES
from picluster.plan.tree import Entry
from tests.deploys.fake_portainer import unreachable
from tests.deploys.fresh import Fresh

INVOCATION = "4adb005"
LISTING = "a" * 64
CLUSTER = "CID-5d1c0ffe"

TreeAnswer = Callable[[list[Entry], Sequence[str], Sequence[str]], str]


def hadoop(
    node: Node, cluster: ClusterConfig, plan: Plan, tree: TreeAnswer, *, converged: bool
) -> dict[str, Any]:
    """Answer by a part of the command."""
    asked = count()
    hdfs = hdfs_settings.files(plan, node, HADOOP)
    yarn = yarn_settings.files(plan, node, HADOOP, cluster.thermal)
    spark = spark_settings.files(plan, node, SPARK[cluster.spark.version])
    return {
        "archive_noted=": _artefacts(node, cluster, plan, tree, converged=converged),
        'echo "account=': _daemons(hdfs, yarn, spark, converged=converged),
        "in_use[.]lock": "?" if unreachable(node.name) else _board(node, plan, converged=converged),
        "op=GETFILESTATUS": _namenode(cluster, plan) if converged else _NO_NAMENODE,
        "/ws/v1/cluster/apps?": Fresh(lambda: _jobs(next(asked), converged=converged)),
        "/ws/v1/cluster/": _resourcemanager(cluster, plan) if converged else _NO_RESOURCEMANAGER,
        f"set -- {_first(hdfs, hdfs_settings.PATHS)}": _settings(tree, hdfs, hdfs_settings.PATHS),
        f"set -- {_first(yarn, yarn_settings.PATHS)}": _settings(tree, yarn, yarn_settings.PATHS),
        f"set -- {_first(spark, spark_settings.PATHS)}": _settings(
            tree, spark, spark_settings.PATHS
        ),
        "/api/v1/version": f'answer={{ "spark" : "{cluster.spark.version}" }}',
    }


def _jobs(asked: int, *, converged: bool) -> str:
    """FAKE_JOBS is how many there are; -1 for a ResourceManager that does not tell. With
    FAKE_JOBS_BEGIN one more begins after each question.

    + asked: how many questions there were before this one
    """
    if not converged:
        return "active=inactive\njobs="
    number = int(os.environ.get("FAKE_JOBS", "0"))
    number += asked if "FAKE_JOBS_BEGIN" in os.environ else 0
    if number < 0:
        return "active=active\njobs="
    one = {"name": "count.py", "user": "pi", "state": "RUNNING"}
    page = {"apps": {"app": [one | {"id": f"application_1_{n}"} for n in range(number)]}}
    return f"active=active\njobs=:{base64.b64encode(json.dumps(page).encode()).decode()}"


def _first(entries: Sequence[Entry], absent: Sequence[str]) -> str:
    return min({entry.path for entry in entries} | set(absent))


def _settings(tree: TreeAnswer, entries: list[Entry], absent: Sequence[str]) -> str:
    wished = {entry.path for entry in entries}
    return tree(entries, [path for path in absent if path not in wished], ())


def _unit(number: int, unit: str, digest: str | None, *, converged: bool) -> str:
    """What systemd tells of a unit; a digest is what it is to have been started with."""
    here = converged and digest is not None
    return _lines(
        **{
            f"unit{number}_activestate": "active" if here else "inactive",
            f"unit{number}_unitfilestate": "enabled" if here else "",
            f"unit{number}_needdaemonreload": "no",
            f"unit{number}_invocationid": INVOCATION if here else "",
            f"unit{number}_fragmentpath": f"/etc/systemd/system/{unit}" if here else "",
            f"unit{number}_dropinpaths": "",
            f"unit{number}_record": f"{INVOCATION} {digest}" if here else "",
        }
    )


def _daemons(hdfs: list[Entry], yarn: list[Entry], spark: list[Entry], *, converged: bool) -> str:
    digests = hdfs_settings.digests(hdfs) | yarn_settings.digests(yarn)
    digests |= spark_settings.digests(spark)
    units = [daemon.unit for daemon in (*HDFS_DAEMONS, *YARN_DAEMONS, *SPARK_DAEMONS)]
    return "\n".join(
        [
            "systemd=1",
            *(
                _unit(number, unit, digests.get(unit), converged=converged)
                for number, unit in enumerate(units)
            ),
            *(f"account={user} {GROUP if converged else ''}" for user in USERS),
            f"group={int(converged)}",
            f"java={17 if converged else ''}",
            f"lacking={'' if converged else 'rsync'}",
            *(f"package={name} {'installed' if converged else ''}" for name in PACKAGES),
        ]
    )


def _artefacts(
    node: Node, cluster: ClusterConfig, plan: Plan, tree: TreeAnswer, *, converged: bool
) -> str:
    seed = converged and plan.only("namenode") == node.name
    files = server.files(str(node.address), [str(other.address) for other in cluster.nodes])
    wished = files if plan.only("namenode") == node.name else []
    digest = server.digest(files)
    assert plan.spark is not None
    spark = converged and node.name in plan.spark.nodes
    return "\n".join(
        [
            _lines(
                free_cache=str(20 << 30), free_cache_device="1",
                free_unpacked=str(20 << 30), free_unpacked_device="1",
                systemd="1",
            ),
            _unit(0, places.SERVER, digest if seed else None, converged=converged),
            tree(wished, (), places.SERVER_PATHS),
            _artefact(HADOOP, offered=seed, unpacked=converged),
            _artefact(SPARK[cluster.spark.version], offered=seed, unpacked=spark),
        ]
    )  # fmt: skip


def _artefact(archive: Archive, *, offered: bool, unpacked: bool) -> str:
    return _lines(
        archive=archive.folder_name,
        archive_sum=archive.sha256 if offered else "",
        archive_noted=str(int(offered)),
        tree_stamp=f"{archive.sha256} {LISTING}" if unpacked else "",
        tree_listing=LISTING if unpacked else "",
        link_kind="link" if unpacked else "absent",
        link_target=archive.folder_name if unpacked else "",
    )


def _board(node: Node, plan: Plan, *, converged: bool) -> str:
    folder = paths.data_folder(node)
    kinds = [daemon.role for daemon in HDFS_DAEMONS if daemon.role in plan.node(node.name).roles]
    return "\n".join(
        [
            *(
                f"data={kind} 1 {CLUSTER} 1 {_encoded(f'{folder}/{kind}')}"
                for kind in kinds
                if converged
            ),
            f"free={20 << 10}",
            f"mount={_file('/')}",
            f"memory={MEMTOTAL_KB[node.memory_mb] // 1024}",
        ]
    )


def _namenode(cluster: ClusterConfig, plan: Plan) -> str:
    """FAKE_NO_DATANODE names boards whose DataNode is away."""
    names = plan.having("datanode")
    live = {
        f"{name}:9866": {
            "xferaddr": f"{plan.node(name).node.address}:9866",
            "adminState": "In Service",
            "lastContact": 1,
        }
        for name in names
        if name not in os.environ.get("FAKE_NO_DATANODE", "").split()
    }
    page = {"beans": [{"Safemode": "", "NumberOfMissingBlocks": 0, "LiveNodes": json.dumps(live)}]}
    wished = [
        *hdfs_settings.directories(plan, cluster.ssh.user),
        *yarn_settings.directories(plan),
        *spark_settings.directories(plan),
    ]
    return "\n".join(
        [
            _lines(
                systemd="1",
                formatted="1",
                active="1",
                include=_file("".join(f"{name}\n" for name in names)),
                exclude=_file(""),
                unread="0",
                info=_file(json.dumps(page)),
            ),
            *(f"directory={json.dumps(_status(directory))}" for directory in wished),
        ]
    )


def _status(directory: HdfsDirectory) -> dict[str, dict[str, str]]:
    return {
        "FileStatus": {
            "type": "DIRECTORY",
            "permission": directory.mode,
            "owner": directory.owner,
            "group": directory.group,
        }
    }


def _resourcemanager(cluster: ClusterConfig, plan: Plan) -> str:
    names = plan.having("nodemanager")
    domain = cluster.cluster.domain
    nodes = [
        {
            "nodeHostName": f"{name}.{domain}",
            "state": "RUNNING",
            "totalResource": {"memory": plan.node(name).yarn_mb, "vCores": plan.node(name).vcores},
        }
        for name in names
    ]
    return _lines(
        systemd="1",
        activestate="active",
        invocationid=INVOCATION,
        told="",
        include=_file("".join(f"{name}.{domain}\n" for name in names)),
        exclude=_file(""),
        info=_file(json.dumps({"clusterInfo": {"haState": "ACTIVE"}})),
        nodes=_file(json.dumps({"nodes": {"node": nodes}})),
    )


def _file(text: str) -> str:
    return ":" + _encoded(text)


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _lines(**values: str) -> str:
    return "\n".join(f"{key}={value}" for key, value in values.items())


_NO_NAMENODE = _lines(
    systemd="1", formatted="0", active="0", include="", exclude="", unread="0", info=""
)
_NO_RESOURCEMANAGER = _lines(
    systemd="1", activestate="inactive", invocationid="", told="", include="", exclude="",
    info="", nodes="",
)  # fmt: skip
