"""How a board is, in one answer: heat and power, memory, disks, uptime, and its Swarm."""

import json
from typing import Any

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import REPORT_FILE, Answer
from facts.thermal_band import BAND_FILE, SENSORS_TOLD, look_of, sensors_of
from picluster.plan.status import BoardStatus, DiskUse, SwarmEntry

MANAGER_SECONDS = 2
"""How long a manager is given to list the Swarm's nodes: without a leader it answers never."""

# What answers late is limited: whoever asks waits for the slowest board. The age of process 1 is
# the uptime, in a container too, where /proc/uptime is the computer's. docker.socket would start a
# stopped engine as soon as it is asked, so the unit is looked at first. A worker's engine refuses
# to list nodes at once, and that is no error here.
_COMMAND = (
    "export LC_ALL=C\nexec 2>/dev/null\n"
    + REPORT_FILE
    + "\n"
    + SENSORS_TOLD
    + rf"""report_file watch {BAND_FILE}
sed -n 's/^MemTotal: *\([0-9]*\) kB$/memory=\1/p; s/^MemAvailable: *\([0-9]*\) kB$/available=\1/p' \
  /proc/meminfo
echo "up=$(ps -o etimes= -p 1 | tr -d ' ')"
root=$(df -P -k / | tail -n +2 | base64 -w0)
disks=$(df -P -k -l -x tmpfs -x devtmpfs -x overlay -x squashfs -x vfat | grep '^/dev/' |
  base64 -w0)
echo "root=:$root"
echo "disks=:$disks"
docker=$(systemctl is-active docker.service)
echo "docker=$docker"
nodes=
if [ "$docker" = active ]; then
  nodes=$(timeout {MANAGER_SECONDS} docker node ls --format '{{{{json .}}}}' | base64 -w0)
fi
echo "nodes=${{nodes:+:}}$nodes"
"""
)


def parse_status(output: list[str]) -> BoardStatus:
    """The board's answer as data; raises FactProcessError where it cannot be understood."""
    answer = Answer(output)
    uptime, reading = sensors_of(answer)
    up, memory, available = (answer.number(key) for key in ("up", "memory", "available"))
    if up is None or memory is None or available is None:
        raise FactProcessError("the board could not tell its uptime and memory: is /proc there?")
    seen = look_of(answer.file("watch", BAND_FILE) or b"")
    undervolted = seen["undervolted_uptime"]
    throttled = answer.text("throttled")
    return BoardStatus(
        celsius=reading.celsius,
        throttled=_hexadecimal(throttled) if throttled else None,
        undervolted=reading.undervolted,
        heat=seen["heat"],
        undervolted_seconds_ago=None if undervolted is None else uptime - undervolted,
        memory_kb=memory,
        available_kb=available,
        disks=_disks(answer),
        up_seconds=up,
        docker=answer.text("docker") or "",
        swarm=_nodes(answer),
    )


def _hexadecimal(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        raise FactProcessError(f"the firmware's flags are {text!r}, and no number") from None


def _disks(answer: Answer) -> list[DiskUse]:
    """That of / first, then all others on devices of their own."""
    found: dict[str, DiskUse] = {}
    for key in ("root", "disks"):
        content = answer.file(key, f"the answer of df ({key})") or b""
        for line in content.decode(errors="replace").splitlines():
            row = line.split(maxsplit=5)
            if len(row) != 6 or not (row[1].isdecimal() and row[3].isdecimal()):
                raise FactProcessError(f"df answered {line!r}, which makes no sense")
            disk = DiskUse(mount=row[5], size_kb=int(row[1]), available_kb=int(row[3]))
            found.setdefault(disk["mount"], disk)
    if not found:
        raise FactProcessError("df told of no disk at all, not even of /")
    return list(found.values())


def _nodes(answer: Answer) -> list[SwarmEntry] | None:
    content = answer.file("nodes", "the answer of docker (nodes)")
    if not content:
        return None
    try:
        return [_entry(json.loads(line)) for line in content.decode().splitlines() if line]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FactProcessError("docker node ls answered in an unknown form") from None


def _entry(data: dict[str, Any]) -> SwarmEntry:
    return SwarmEntry(
        id=data["ID"],
        hostname=data["Hostname"],
        state=data["Status"].lower(),
        availability=data["Availability"].lower(),
        manager=data["ManagerStatus"].lower(),
    )


class Status(FactBase[BoardStatus | None]):
    """
    Returns heat and power, memory, disks and uptime of a board, and of a manager the nodes of its
    Swarm. ``None`` only where the fact failed, and the host with it.
    """

    @override
    def command(self) -> str:
        return _COMMAND

    @override
    def process(self, output: list[str]) -> BoardStatus:
        return parse_status(output)
