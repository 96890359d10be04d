"""HDFS and YARN as their own pages, and the boards' kernels, tell of them: past pyinfra and the
facts.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from docker.models.containers import Container

from picluster.lab import machine
from picluster.plan.load import load_config
from picluster.plan.plan import Plan, make_plan
from tests.conftest import LabUnderTest
from tests.lab import accidents, deploying, seen

UNITS = {
    "namenode": "hdfs-namenode",
    "secondarynamenode": "hdfs-secondarynamenode",
    "datanode": "hdfs-datanode",
    "resourcemanager": "yarn-resourcemanager",
    "nodemanager": "yarn-nodemanager",
    "historyserver": "mapred-historyserver",
}
"""Role to the unit that runs it."""

WAIT_SECONDS = 180.0


def plan(under_test: LabUnderTest) -> Plan:
    """What the lab's cluster.toml leads to."""
    return make_plan(load_config(under_test.lab.cluster_toml))


def head(under_test: LabUnderTest, role: str = "resourcemanager") -> Container:
    """The board with a role that one board has."""
    (name,) = [n.node.name for n in plan(under_test).nodes if role in n.roles]
    return under_test.boards[name]


def page(board: Container, port: int, path: str) -> dict[str, Any]:
    """What a daemon of this board answers; empty where it does not."""
    url = f"http://{machine.board_of(board).address}:{port}{path}"
    code, output = machine.run(board, "curl", "-s", "-f", "--max-time", "20", url)
    found: dict[str, Any] = json.loads(output) if code == 0 and output.startswith("{") else {}
    return found


def bean(board: Container, port: int, name: str) -> dict[str, Any]:
    """A bean of a daemon's /jmx; empty where it does not answer."""
    beans = page(board, port, f"/jmx?qry=Hadoop:{name}").get("beans") or [{}]
    return dict(beans[0])


def datanodes(under_test: LabUnderTest) -> set[str]:
    """Names of the boards whose DataNodes HDFS has and uses; empty in safe mode."""
    info = bean(head(under_test, "namenode"), 9870, "service=NameNode,name=NameNodeInfo")
    if info.get("Safemode") != "":
        return set()
    live = json.loads(info["LiveNodes"])
    return {
        name.partition(":")[0].partition(".")[0]
        for name, node in live.items()
        if node["adminState"] == "In Service" and node["lastContact"] < 10
    }


def nodemanagers(under_test: LabUnderTest) -> dict[str, tuple[int, int]]:
    """Board to memory in MiB and vcores of each NodeManager that takes containers."""
    nodes = page(head(under_test), 8088, "/ws/v1/cluster/nodes").get("nodes") or {}
    return {
        node["nodeHostName"].partition(".")[0]: (
            node["totalResource"]["memory"],
            node["totalResource"]["vCores"],
        )
        for node in nodes.get("node", [])
        if node["state"] == "RUNNING"
    }


def as_planned(under_test: LabUnderTest) -> bool:
    """Whether all DataNodes and NodeManagers are there, these with the planned size."""
    planned = plan(under_test).nodes
    return datanodes(under_test) == {
        n.node.name for n in planned if "datanode" in n.roles
    } and nodemanagers(under_test) == {
        n.node.name: (n.yarn_mb, n.vcores) for n in planned if "nodemanager" in n.roles
    }


def wait_until_as_planned(under_test: LabUnderTest) -> None:
    """Returns when all nodes are there."""
    accidents.wait_for(
        lambda: as_planned(under_test), "nodes of Hadoop are missing", seconds=WAIT_SECONDS
    )


def fsck(under_test: LabUnderTest) -> str:
    """What HDFS finds out about its own files."""
    return seen.shell(
        head(under_test, "namenode"), "cd / && runuser -u hdfs -- hdfs fsck / 2>/dev/null"
    )


def is_healthy(under_test: LabUnderTest) -> None:
    """All nodes are there as planned, every daemon runs where it should, and no file is amiss."""
    assert as_planned(under_test), (datanodes(under_test), nodemanagers(under_test))
    for planned in plan(under_test).nodes:
        wished = {UNITS[role] for role in planned.roles if role in UNITS}
        assert running(under_test.boards[planned.node.name]) == wished
    report = fsck(under_test)
    assert "Status: HEALTHY" in report, report


COPIES_SECONDS = 420.0
"""Of a block whose writer lost a DataNode, HDFS waits five minutes for the third copy to turn up
before it makes another."""


def wait_until_copied(under_test: LabUnderTest) -> None:
    """Returns when each block is on as many boards as it should be."""
    accidents.wait_for(
        lambda: bool(re.search(r"Under-replicated blocks:\s+0 ", fsck(under_test))),
        "HDFS does not make the missing copies",
        seconds=COPIES_SECONDS,
    )


def running(board: Container) -> set[str]:
    """Units of Hadoop that run on a board."""
    return {unit for unit in UNITS.values() if process(board, unit)}


def process(board: Container, unit: str) -> int:
    """A unit's process, 0 where none runs."""
    # The engine of a busy computer now and then loses what a short command says.
    for _ in range(3):
        if answer := seen.shell(board, f"systemctl show -p MainPID --value {unit}").strip():
            return int(answer)
    raise AssertionError(f"{machine.board_of(board).name} does not tell whether {unit} runs")


def processes(under_test: LabUnderTest) -> dict[tuple[str, str], int]:
    """Board and unit to its process, for all that run: two of these tell who was restarted."""
    return {
        (name, unit): found
        for name, board in under_test.boards.items()
        for unit in UNITS.values()
        if (found := process(board, unit))
    }


def restarted(before: dict[tuple[str, str], int], after: dict[tuple[str, str], int]) -> set[Any]:
    """Board and unit of all that do not run, or run with another process."""
    return {key for key in before if after.get(key) != before[key]}


def mended(under_test: LabUnderTest) -> deploying.Run:
    """One plain run announces what it then does, and leaves Hadoop healthy; that run."""
    dry = deploying.dry_run(under_test.environment)
    assert dry.code == 0, dry.log
    run = deploying.apply(under_test.environment)
    assert (run.code, run.errors) == (0, 0), run.log
    assert run.executed == dry.announced, run.log
    # A DataNode that was away counts as there for ten minutes, so nobody waited for it.
    wait_until_as_planned(under_test)
    is_healthy(under_test)
    again = deploying.apply(under_test.environment)
    assert (again.code, again.changes, again.errors) == (0, 0, 0), again.executed
    return run


@dataclass(frozen=True)
class Memory:
    """A board's memory as its kernel accounts it, in MiB."""

    limit_mb: int
    peak_mb: int
    """Highest use since the board was made, with what is only cached."""
    refused: int
    """How often the limit was met; the kernel then gave cache back, or killed."""
    killed: int
    """Processes that the kernel killed for want of memory, in all control groups."""


_MEMORY = r"""cd /sys/fs/cgroup
if [ -d memory ]; then
  cd memory
  cat memory.limit_in_bytes memory.max_usage_in_bytes memory.failcnt
  find . -name memory.oom_control -exec cat {} + |
    awk '$1 == "oom_kill" { n += $2 } END { print n + 0 }'
else
  cat memory.max memory.peak
  awk '$1 == "max" { print $2 }' memory.events
  awk '$1 == "oom_kill" { print $2 }' memory.events
fi"""


def memory(board: Container) -> Memory:
    """What the board's memory controller has counted; cgroup v1 or v2."""
    limit, peak, refused, killed = map(int, seen.shell(board, _MEMORY).split())
    return Memory(limit >> 20, peak >> 20, refused, killed)


def nobody_was_killed(under_test: LabUnderTest) -> None:
    """No process on any board ran out of memory."""
    found = {name: memory(board).killed for name, board in under_test.boards.items()}
    assert found == dict.fromkeys(under_test.boards, 0)


def resident_mb(board: Container, unit: str) -> int:
    """Highest memory of a daemon's own process in MiB, without a job's containers.

    Its own, and its share of the program text that it has in common with the board's other
    daemons: so that the sum over a board counts nothing twice.
    """
    number = process(board, unit)
    status = seen.shell(board, f"cat /proc/{number}/status /proc/{number}/smaps_rollup")
    found = {key: int(kb) for key, kb in re.findall(r"^(\w+):\s+(\d+) kB", status, re.M)}
    return (found["VmHWM"] - found["RssFile"] + found["Pss_File"]) >> 10
