"""The status fact's command on played boards."""

import json
from pathlib import Path

from facts.status import Status
from picluster.plan.status import BoardStatus
from tests.facts.shell import on_root, run, tool, write

MEMINFO = "MemTotal:         931400 kB\nMemFree:  1 kB\nMemAvailable:     402100 kB\n"
DF = """case "$*" in
'-P -k /') echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'
  echo 'overlay 30000000 6000000 22800000 21% /' ;;
*) echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'
  echo '/dev/sda1 240000000 1000 239000000 1% /srv/my disk'
  echo 'map 5 5 5 1% /auto' ;;
esac"""
NODE = json.dumps(
    {
        "ID": "a1",
        "Hostname": "pi8",
        "Status": "Ready",
        "Availability": "Active",
        "ManagerStatus": "",
    }
)


def _board(root: Path, *, engine: str, docker: str = "exit 1") -> BoardStatus:
    files: dict[str, str | bytes] = {
        "/proc/uptime": "700.31 2100.00\n",
        "/proc/meminfo": MEMINFO,
        "/sys/class/thermal/thermal_zone0/temp": "48312\n",
        "/run/picluster/thermal/band": "heat=warm\nuptime=690\nundervolted_uptime=600\n",
    }
    write(root, files)
    scripts = {
        "vcgencmd": "echo throttled=0x50000",
        "ps": "echo '    698'",
        "df": DF,
        "systemctl": f"echo {engine}",
        "docker": docker,
    }
    for name, script in scripts.items():
        tools = tool(root / "bin", name, script)
    fact = Status()
    return fact.process(run(on_root(fact.command(), root), tools=tools))


def test_a_manager(tmp_path: Path) -> None:
    found = _board(tmp_path, engine="active", docker=f"echo '{NODE}'")
    entry = {"id": "a1", "hostname": "pi8", "state": "ready", "availability": "active"}
    assert found == {
        "celsius": 48.3,
        "throttled": 0x50000,
        "undervolted": False,
        "heat": "warm",
        "undervolted_seconds_ago": 100,
        "memory_kb": 931400,
        "available_kb": 402100,
        "disks": [
            {"mount": "/", "size_kb": 30000000, "available_kb": 22800000},
            {"mount": "/srv/my disk", "size_kb": 240000000, "available_kb": 239000000},
        ],
        "up_seconds": 698,
        "docker": "active",
        "swarm": [entry | {"manager": ""}],
    }


def test_a_worker_may_not_list_nodes(tmp_path: Path) -> None:
    found = _board(tmp_path, engine="active", docker="echo 'not a manager' >&2; exit 1")
    assert (found["docker"], found["swarm"]) == ("active", None)


def test_a_stopped_engine_is_not_asked(tmp_path: Path) -> None:
    """The question would start it, by its socket."""
    found = _board(tmp_path, engine="inactive", docker=f"touch {tmp_path}/asked")
    assert (found["docker"], found["swarm"]) == ("inactive", None)
    assert not (tmp_path / "asked").exists()


def test_a_manager_without_a_leader_is_not_waited_for(tmp_path: Path) -> None:
    found = _board(tmp_path, engine="active", docker="exec tail -f /dev/null")
    assert found["swarm"] is None
