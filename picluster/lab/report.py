"""What the lab's boards look like right now, asked past the deploy: by Docker, not by SSH."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from docker.models.containers import Container

from picluster.lab import hub, machine
from picluster.lab.fleet import SimulatedBoard
from picluster.plan.layout import portainer
from picluster.plan.load import load_config

PORTAINER_PORT = 9443
CONNECT_TIMEOUT_SECONDS = 1

_QUESTIONS = """
uname -n
cat /sys/class/thermal/thermal_zone0/temp 2>/dev/null || echo 0
cat /run/firmware/throttled
if [ -e /sys/fs/cgroup/memory/memory.usage_in_bytes ] ||
  grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null; then echo on; else echo off; fi
sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo
sed -n 's/^VERSION_CODENAME=//p' /etc/os-release
if [ -e /var/lib/picluster/base.paths ]; then echo configured; else echo blank; fi
if grep -qsx timer /sys/class/leds/ACT/trigger; then echo blinks; else echo; fi
"""

# A stopped engine would be started by the question.
_NODES = """systemctl --quiet is-active docker.service &&
  timeout 10 docker node ls --format '{{.Hostname}} {{.Status}} {{.ManagerStatus}}' 2>/dev/null"""


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
    led: str = ""
    """`blinks` while it does."""
    swarm: str = ""
    """The node as a manager sees it, such as "Ready leader"; empty without a Swarm."""


def reports(containers: Iterable[Container]) -> list[BoardReport]:
    """All boards, with what their Swarm says of each."""
    containers = list(containers)
    nodes = _nodes(containers)
    found = [report(container) for container in containers]
    return [replace(entry, swarm=nodes.get(entry.hostname, "")) for entry in found]


def _nodes(containers: Iterable[Container]) -> dict[str, str]:
    """Host name to state and role in the Swarm, asked of the first board that manages it."""
    for container in containers:
        if container.status == "running":
            code, output = machine.run(container, "sh", "-c", _NODES)
            if code == 0:
                rows = [line.split() for line in output.splitlines()]
                return {row[0]: _spoken(row[1:]) for row in rows if len(row) > 1}
    return {}


def _spoken(words: list[str]) -> str:
    state, role = words[0], (words[1:] or ["worker"])[0].lower()
    return f"{state} {'manager' if role == 'reachable' else role}"


def report(container: Container) -> BoardReport:
    """Asks one board; one that does not answer counts as without power."""
    board = machine.board_of(container)
    container.reload()
    if container.status != "running":
        return BoardReport(board, powered=False)
    if machine.is_shut_down(container):
        return BoardReport(board, powered=True, state="shut down")
    code, output = machine.run(container, "sh", "-c", _QUESTIONS)
    lines = output.splitlines()
    if code != 0 or len(lines) != 8:
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
        led=lines[7],
    )


@dataclass(frozen=True, slots=True)
class PortainerReport:
    """Where Portainer is, or will be, and what it is."""

    url: str
    answers: bool
    source: str
    """Where its image comes from: "stand-in" where it is played."""


def portainer_report(cluster_toml: Path, offers: Iterable[hub.Offer]) -> PortainerReport | None:
    """Portainer as the lab's cluster.toml wishes it; None without that wish."""
    if not cluster_toml.exists():
        return None
    config = load_config(cluster_toml)
    if not config.portainer.enabled:
        return None
    name = portainer(config)
    address = str(next(node.address for node in config.nodes if node.name == name))
    offer = hub.portainer_server(offers, config.portainer.version)
    source = "from Docker Hub"
    if offer is not None:
        source = "stand-in" if offer.played else offer.source
    url = f"https://{address}:{PORTAINER_PORT}"
    return PortainerReport(url, _is_open(address, PORTAINER_PORT), source)


def _is_open(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), CONNECT_TIMEOUT_SECONDS):
            return True
    except OSError:
        return False
