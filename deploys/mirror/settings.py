"""The files of the mirror deploy, made from the plan."""

from collections.abc import Sequence
from pathlib import Path

from picluster.plan import mirror, started_note
from picluster.plan.config import ClusterConfig
from picluster.plan.node import Node
from picluster.plan.tree import Entry, file

PACKAGES = ["apt-cacher-ng", "bash", "ca-certificates", "docker-registry", "python3"]
FETCH_ONCE = "/usr/local/lib/picluster/fetch-once"
LIMIT = "/usr/local/lib/picluster/limit-caches"
REGISTRY_CONFIG = "/etc/picluster-mirror/registry.yml"
APT_FOLDER = "/etc/picluster-mirror/apt-cacher-ng"
APT_CONFIG = f"{APT_FOLDER}/acng.conf"
APT_CRON = "/etc/default/apt-cacher-ng"
SYSTEMD = "/etc/systemd/system"
HEADER = "# Written by PiCluster; the next deploy puts back what is changed here by hand.\n"

UNITS = {
    "picluster-fetch-once.service": [f"{SYSTEMD}/picluster-fetch-once.service", FETCH_ONCE],
    "docker-registry.service": [
        f"{SYSTEMD}/docker-registry.service.d/picluster.conf",
        REGISTRY_CONFIG,
    ],
    "apt-cacher-ng.service": [f"{SYSTEMD}/apt-cacher-ng.service.d/picluster.conf", APT_CONFIG],
    "picluster-limit-caches.timer": [f"{SYSTEMD}/picluster-limit-caches.timer"],
}
"""Each unit, in the order of their start, and what it reads then: its own file the first."""

UNIT_FILES = [paths[0] for paths in UNITS.values()]
LIMIT_SERVICE = "picluster-limit-caches.service"
"""What the timer among them starts."""
_LIMIT_SERVICE_FILE = f"{SYSTEMD}/{LIMIT_SERVICE}"
PATHS = sorted(
    {path for paths in UNITS.values() for path in paths}
    | {LIMIT, _LIMIT_SERVICE_FILE, APT_CRON, APT_FOLDER, APT_FOLDER.rpartition("/")[0]}
)
"""All that is written, with the folders that are ours alone."""


def files(cluster: ClusterConfig, node: Node) -> list[Entry]:
    """What the board of the caches gets."""
    folder = mirror.folder(node)
    contents = {
        FETCH_ONCE: Path(__file__).with_name("fetch_once.py").read_text(),
        LIMIT: Path(__file__).with_name("limit-caches").read_text(),
        REGISTRY_CONFIG: HEADER + mirror.registry_settings(node),
        APT_CONFIG: HEADER + mirror.apt_settings(node, cluster.system.apt_proxy),
        # Debian's daily job asks for pages of administration, and hangs where there are none.
        APT_CRON: HEADER + "NO_CRON_RUN=1\n",
        _LIMIT_SERVICE_FILE: HEADER + f"[Service]\nType=oneshot\nExecStart={LIMIT} {folder}\n",
        f"{SYSTEMD}/picluster-limit-caches.timer": HEADER + _TIMER,
        f"{SYSTEMD}/picluster-fetch-once.service": HEADER
        + "[Unit]\nDescription=Fetches each layer of an image once\n"
        + _unit(
            "picluster-fetch-once.service",
            node,
            user="docker-registry",
            folders=["fetching"],
            start=f"{FETCH_ONCE} {mirror.FETCH_PORT} {cluster.mirror.registry} {folder}/fetching",
            port=f"127.0.0.1/{mirror.FETCH_PORT}",
        )
        + "User=docker-registry\n\n[Install]\nWantedBy=multi-user.target\n",
        f"{SYSTEMD}/docker-registry.service.d/picluster.conf": HEADER
        + "[Unit]\nAfter=picluster-fetch-once.service\n"
        + _unit(
            "docker-registry.service",
            node,
            user="docker-registry",
            folders=["registry"],
            start=f"/usr/bin/docker-registry serve {REGISTRY_CONFIG}",
            port=f"{node.address}/{mirror.REGISTRY_PORT}",
        ),
        f"{SYSTEMD}/apt-cacher-ng.service.d/picluster.conf": HEADER
        + "[Unit]\n"
        + _unit(
            "apt-cacher-ng.service",
            node,
            user="apt-cacher-ng",
            folders=["apt", "apt-log"],
            start=f"/usr/sbin/apt-cacher-ng -c {APT_FOLDER} ForeGround=1",
            port=f"{node.address}/{mirror.APT_PORT}",
        ),
    }
    programs = (FETCH_ONCE, LIMIT)
    return [
        file(path, content, mode="755" if path in programs else "644")
        for path, content in contents.items()
    ]


def digests(entries: Sequence[Entry]) -> dict[str, str]:
    """What each unit notes at its start of these files; empty for a timer, which reads none."""
    content = {entry.path: entry.content for entry in entries}
    return {
        unit: "" if unit.endswith(".timer") else started_note.digest(paths, content)
        for unit, paths in UNITS.items()
    }


def _unit(unit: str, node: Node, user: str, folders: list[str], start: str, port: str) -> str:
    """The end of a [Unit] section and the [Service] section.

    + port: ADDRESS/PORT that the service answers at when it is ready
    """
    root = mirror.folder(node)
    kept = " ".join(f"{root}/{name}" for name in folders)
    lines = [
        # The address it listens at may come late, from a router that boots as well.
        "Wants=network-online.target",
        "After=network-online.target",
        "StartLimitIntervalSec=0",
    ]
    if node.storage is not None:
        # Without its disk it would fill the SD card.
        lines += [f"RequiresMountsFor={node.storage}", f"AssertPathIsMountPoint={node.storage}"]
    lines += [
        "",
        "[Service]",
        f"ExecStartPre=+/usr/bin/install -d -m 755 {root}",
        f"ExecStartPre=+/usr/bin/install -d -m 750 -o {user} -g {user} {kept}",
        # By this the deploy knows what the service has read.
        started_note.exec_start_pre(UNITS[unit]),
        "ExecStart=",
        f"ExecStart={start}",
        f"ExecStartPost=/bin/bash -c 'until : </dev/tcp/{port}; do sleep 0.2; done 2>/dev/null'",
        "TimeoutStartSec=60",
        "Restart=always",
        "RestartSec=5",
    ]
    return "\n".join(lines) + "\n"


_TIMER = """[Unit]
Description=Keeps the caches of packages and images from filling the disk

[Timer]
OnBootSec=15min
OnUnitActiveSec=1h

[Install]
WantedBy=timers.target
"""
