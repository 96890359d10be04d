"""What the lab's boards look like right now, asked past the deploy: by Docker, not by SSH."""

from dataclasses import dataclass

from docker.models.containers import Container

from picluster.lab import machine
from picluster.lab.fleet import SimulatedBoard

_QUESTIONS = """
uname -n
cat /sys/class/thermal/thermal_zone0/temp 2>/dev/null || echo 0
cat /run/firmware/throttled
if [ -e /sys/fs/cgroup/memory/memory.usage_in_bytes ] ||
  grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null; then echo on; else echo off; fi
sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo
sed -n 's/^VERSION_CODENAME=//p' /etc/os-release
if [ -e /var/lib/picluster/base.paths ]; then echo configured; else echo blank; fi
"""


@dataclass(frozen=True, slots=True)
class BoardReport:
    """One board of the lab as it stands."""

    board: SimulatedBoard
    powered: bool
    hostname: str = ""
    celsius: float = 0.0
    throttled: str = ""
    memory_cgroup: str = ""
    memory_total_kb: int = 0
    codename: str = ""
    state: str = "no power"


def report(container: Container) -> BoardReport:
    """Asks one board; one that does not answer counts as without power."""
    board = machine.board_of(container)
    container.reload()
    if container.status != "running":
        return BoardReport(board, powered=False)
    code, output = machine.run(container, "sh", "-c", _QUESTIONS)
    lines = output.splitlines()
    if code != 0 or len(lines) != 7:
        return BoardReport(board, powered=True, state="booting")
    return BoardReport(
        board,
        powered=True,
        hostname=lines[0],
        celsius=int(lines[1]) / 1000,
        throttled=lines[2],
        memory_cgroup=lines[3],
        memory_total_kb=int(lines[4]),
        codename=lines[5],
        state=lines[6],
    )
