"""HDFS and YARN as their own pages tell of them, with the settings that daemons have in force.

A part of tests/lab/fingerprint.py.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import requests
from docker.models.containers import Container

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import seen

_CONTENT = re.compile(r"/(app-logs|spark-events|mr-history/(done|tmp)|tmp|user/[^/]+)/")
"""What jobs and users write: no part of what a deploy has made."""
_NOT_SET = re.compile(r"\.secret|\.principal|keytab|^rpc\.engine\.")
"""Made up at each start; or, for RPC, noted by a daemon once it has spoken a protocol."""


def of_hdfs(under_test: LabUnderTest) -> str:
    """Directories with mode and owner, the files beside them with their lengths, DataNodes."""
    address = _address(under_test, "hdfs-namenode")
    if address is None:
        return "no NameNode runs"
    url = f"http://{address}:9870"
    info = _bean(url, "Hadoop:service=NameNode,name=NameNodeInfo")
    if info is None:
        return "the NameNode does not answer"
    return "\n".join(
        [
            f"safe mode: {info['Safemode'] or 'off'}",
            f"version {info['SoftwareVersion']}, missing blocks {info['NumberOfMissingBlocks']}",
            *sorted(
                f"DataNode {name} {node['adminState']}"
                for name, node in json.loads(info["LiveNodes"]).items()
                if node["lastContact"] < 10
            ),
            *_entry("", _json(f"{url}/webhdfs/v1/?op=GETFILESTATUS&user.name=hdfs")["FileStatus"]),
            *_below(url, ""),
            *_in_force(
                under_test,
                {
                    "hdfs-namenode": 9870,
                    "hdfs-secondarynamenode": 9868,
                    "hdfs-datanode": 9864,
                },
            ),
        ]
    )


def of_yarn(under_test: LabUnderTest) -> str:
    """NodeManagers with size and state, and the history server of MapReduce."""
    address = _address(under_test, "yarn-resourcemanager")
    if address is None:
        return "no ResourceManager runs"
    found = _json(f"http://{address}:8088/ws/v1/cluster/nodes")
    nodes = (found.get("nodes") or {}).get("node", [])
    return "\n".join(
        [
            *sorted(
                f"NodeManager {node['nodeHostName']} {node['totalResource']['memory']} MiB "
                f"{node['totalResource']['vCores']} vcores {node['state']}"
                for node in nodes
                # One that came back under another port is told of twice.
                if node["state"] != "LOST"
            ),
            *_in_force(
                under_test,
                {
                    "yarn-resourcemanager": 8088,
                    "yarn-nodemanager": 8042,
                    "mapred-historyserver": 19888,
                },
            ),
        ]
    )


def _address(under_test: LabUnderTest, unit: str) -> str | None:
    """Of the board that runs it."""
    for board in under_test.boards.values():
        if board.status == "running" and _running(board, [unit]):
            return machine.board_of(board).address
    return None


def _running(board: Container, units: Iterable[str]) -> list[str]:
    """Those of these units that run there."""
    script = f"for unit in {' '.join(units)}; do systemctl -q is-active $unit && echo $unit; done"
    return seen.told(board, script).split()


def _in_force(under_test: LabUnderTest, ports: dict[str, int]) -> Iterator[str]:
    """For each daemon that runs: the settings that it has read, and a line that it told them."""
    for name, board in under_test.boards.items():
        if board.status != "running":
            continue
        address = machine.board_of(board).address
        for unit in _running(board, ports):
            answer = _json(f"http://{address}:{ports[unit]}/conf")
            yield f"{name}'s {unit} tells its settings: {bool(answer)}"
            # Each by its name: a digest of them all would not tell which one differs.
            yield from sorted(
                f"in force in {name}'s {unit}: {found['key']}={_in_one_line(found['value'])}"
                for found in answer.get("properties", [])
                if not _NOT_SET.search(found["key"])
            )


def _in_one_line(value: str) -> str:
    return " ".join(value.split())


def _below(url: str, path: str) -> Iterator[str]:
    found = _json(f"{url}/webhdfs/v1{path or '/'}?op=LISTSTATUS&user.name=hdfs")
    for status in (found.get("FileStatuses") or {}).get("FileStatus", []):
        child = f"{path}/{status['pathSuffix']}"
        if _CONTENT.match(f"{child}"):
            continue
        yield from _entry(child, status)
        if status["type"] == "DIRECTORY":
            yield from _below(url, child)


def _entry(path: str, status: dict[str, Any]) -> Iterator[str]:
    yield (
        f"{path or '/'} {status['type']} {status['length']} {status['permission']} "
        f"{status['owner']} {status['group']}"
    )


def _bean(url: str, name: str) -> dict[str, Any] | None:
    beans = _json(f"{url}/jmx?qry={name}").get("beans")
    return beans[0] if beans else None


def _json(url: str) -> dict[str, Any]:
    """What a daemon answers; nothing where it does not."""
    try:
        answer = requests.get(url, timeout=20, headers={"Accept": "application/json"})
    except requests.RequestException:
        return {}
    found: dict[str, Any] = answer.json() if answer.ok else {}
    return found
