"""Whether HDFS takes changes, has its DataNodes, and its files are whole."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from picluster.checks import http
from picluster.checks.check import Check
from picluster.checks.cluster import Cluster
from picluster.checks.conditions import first, hdfs_is_off, silent
from picluster.checks.verdict import AskError, Problem, Verdict, failed, judged, passed
from picluster.plan.hadoop_daemons import HDFS_USER
from picluster.plan.hadoop_ports import NAMENODE_HTTP

REPAIR = "pyinfra inventory.py deploys.hdfs.apply"
HEARTBEAT_SECONDS = 20
"""A DataNode reports every three; one that has not for this long is away, which the NameNode itself
says only after two minutes."""
FSCK_SECONDS = 60.0


class NameNode(BaseModel):
    """What the NameNode says of itself."""

    model_config = ConfigDict(extra="ignore", frozen=True, validate_by_name=True)

    safe_mode: str = Field(alias="Safemode")
    """Why it takes no changes; empty where it does."""
    live_nodes: str = Field(alias="LiveNodes")
    """A JSON text of its own."""


class _Beans(BaseModel):
    beans: list[NameNode] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class DataNode:
    """A DataNode as the NameNode sees it."""

    seconds: int
    """Since it was last heard."""
    state: str
    """In Service, or on its way out."""


def datanodes(live_nodes: str) -> dict[str, DataNode]:
    """By the board's name. Raises AskError."""
    try:
        told: dict[str, dict[str, Any]] = json.loads(live_nodes)
        return {
            place.partition(":")[0].partition(".")[0]: DataNode(
                int(node["lastContact"]), str(node["adminState"])
            )
            for place, node in told.items()
        }
    except (ValueError, LookupError, TypeError, AttributeError):
        raise AskError("the NameNode's list of DataNodes is none", REPAIR) from None


def judge_safe_mode(reason: str) -> Verdict:
    """Failed in safe mode."""
    if not reason:
        return passed("it takes changes")
    words = " ".join(reason.split())
    return failed(
        f"HDFS is in safe mode, so nothing can be written: {words}",
        "after a start it ends by itself once enough DataNodes are there; one that was asked for: "
        "sudo -u hdfs hdfs dfsadmin -safemode leave on the NameNode's board",
    )


def judge_datanodes(
    wanted: Collection[str], found: Mapping[str, DataNode], not_asked: Collection[str]
) -> Iterator[Problem]:
    """Boards whose DataNode is away or on its way out, and DataNodes of no plan.

    + not_asked: boards that do not answer
    """
    for name in wanted:
        node = found.get(name)
        if name in not_asked:
            continue
        remedy = (
            f"sudo systemctl start hdfs-datanode on {name}, or {REPAIR}; why it ended: sudo "
            "journalctl -u hdfs-datanode"
        )
        if node is None:
            yield Problem(f"the NameNode has no live DataNode {name}", remedy)
        elif node.seconds > HEARTBEAT_SECONDS:
            yield Problem(
                f"the NameNode has not heard the DataNode of {name} for {node.seconds} s", remedy
            )
        elif node.state != "In Service":
            yield Problem(
                f"the DataNode of {name} is {node.state}, wanted: In Service",
                "take it off /etc/hadoop/nodes/dfs.exclude on the NameNode's board, then: sudo -u "
                "hdfs hdfs dfsadmin -refreshNodes",
            )
    for name in found:
        if name not in wanted:
            yield Problem(f"HDFS has a DataNode {name}, which is not planned", REPAIR)


def judge_fsck(report: str) -> Verdict:
    """From the NameNode's own report."""
    health = re.search(r"^The filesystem under path '.*' is (\w+)\s*\Z", report, re.MULTILINE)
    if health is None:
        last = " ".join(report.split())[-200:]
        return failed(f"fsck came to no end: {last or 'no answer'}", REPAIR)
    counts = _counts(report)
    if health[1] == "HEALTHY":
        fewer = counts.get("Under-replicated blocks", 0)
        note = f"; {fewer} have fewer copies than wished, HDFS makes them" if fewer else ""
        blocks = counts.get("Total blocks (validated)", 0)
        return passed(f"HEALTHY: {counts.get('Total files', 0)} files, {blocks} blocks{note}")
    amiss = [
        f"{counts[key]} {key.lower()}"
        for key in ("Missing blocks", "Corrupt blocks")
        if counts[key]
    ]
    files = sorted(set(re.findall(r"^(/[^\n]*?): (?:CORRUPT|MISSING)", report, re.MULTILINE)))
    named = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
    return failed(
        f"HDFS is {health[1]}: {', '.join(amiss) or 'see its report'}"
        + (f" in {named}" if files else ""),
        "bring boards back whose DataNodes have copies (see datanodes); a file that is lost: hdfs "
        "dfs -rm -skipTrash FILE; all: sudo -u hdfs hdfs fsck / -list-corruptfileblocks",
    )


def _counts(report: str) -> dict[str, int]:
    found = {"Missing blocks": 0, "Corrupt blocks": 0}
    for key, number in re.findall(r"^\s*([A-Z][\w() -]+):\s+(\d+)", report, re.MULTILINE):
        # Erasure-coded files come second, with names of their own.
        found[key] = max(found.get(key, 0), int(number))
    return found


def _url(cluster: Cluster) -> str:
    return f"http://{cluster.address_of('namenode')}:{NAMENODE_HTTP}"


def _namenode(cluster: Cluster) -> NameNode:
    url = f"{_url(cluster)}/jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo"
    remedy = f"sudo systemctl start hdfs-namenode on {cluster.plan.only('namenode')}, or {REPAIR}"
    return cluster.once("namenode", lambda: http.json(_Beans, url, remedy).beans[0])


def ask_safe_mode(cluster: Cluster) -> Verdict:
    """Asks the NameNode whether it takes changes."""
    return judge_safe_mode(_namenode(cluster).safe_mode)


def ask_datanodes(cluster: Cluster) -> Verdict:
    """Asks the NameNode for its DataNodes."""
    found = datanodes(_namenode(cluster).live_nodes)
    wanted = cluster.plan.having("datanode")
    problems = judge_datanodes(wanted, found, cluster.silent)
    return judged(f"{len(found)} of {len(wanted)} live", problems)


def ask_fsck(cluster: Cluster) -> Verdict:
    """Lets the NameNode look through its files."""
    url = f"{_url(cluster)}/fsck?ugi={HDFS_USER}&path=/"
    seconds = http.READ_SECONDS if cluster.quick else FSCK_SECONDS
    return judge_fsck(http.content(url, REPAIR, seconds=seconds).decode(errors="replace"))


_UNLESS = first(hdfs_is_off, silent("namenode"))

SAFE_MODE = Check(
    "hdfs-safe-mode",
    "HDFS is out of safe mode",
    "what the NameNode's page says of it",
    ask_safe_mode,
    _UNLESS,
)
DATANODES = Check(
    "hdfs-datanodes",
    "DataNodes of HDFS are those planned",
    f"the NameNode's list: each in service, and heard within {HEARTBEAT_SECONDS} s",
    ask_datanodes,
    _UNLESS,
)
FSCK = Check(
    "hdfs-fsck",
    "Files in HDFS are whole",
    "the NameNode's fsck of /, over its page",
    ask_fsck,
    _UNLESS,
)
