"""The files of the Docker deploy, made from the plan."""

import hashlib
from pathlib import Path

from picluster.plan import docker, mirror
from picluster.plan.config import ClusterConfig
from picluster.plan.node import Node
from picluster.plan.pools import docker_pool
from picluster.plan.tree import Entry, file

MANIFEST = "/var/lib/picluster/docker.paths"
KEY = "/etc/apt/keyrings/docker.asc"
SOURCE = "/etc/apt/sources.list.d/docker.sources"
PIN = "/etc/apt/preferences.d/picluster-docker"
OLD_SOURCE = "/etc/apt/sources.list.d/docker.list"
"""As Docker's own instructions wrote it until 2025; apt would warn of duplicates."""
BEFORE = "/usr/local/lib/picluster/before-docker"
HEADER = "# Written by PiCluster; the next deploy puts back what is changed here by hand.\n"


def engine_files(cluster: ClusterConfig, node: Node) -> list[Entry]:
    """What a node's engine reads when it starts, in the order in which `before-docker` does."""
    root = docker.data_root(node.storage)
    return [
        file(
            "/etc/docker/daemon.json",
            docker.daemon_json(
                cluster.docker, docker_pool(cluster), root, mirror.registry_mirrors(cluster)
            ),
        ),
        file("/etc/systemd/system/docker.service.d/picluster.conf", _drop_in(node, root)),
        file(BEFORE, Path(__file__).with_name("before-docker").read_bytes(), mode="755"),
    ]


def digest(files: list[Entry]) -> str:
    """What `before-docker` notes of these files."""
    return hashlib.sha256(b"".join(entry.content for entry in files)).hexdigest()


def _drop_in(node: Node, root: str) -> str:
    lines = ["[Unit]", "After=time-sync.target systemd-timesyncd.service"]
    if node.storage is not None:
        # Without its disk the engine would begin anew on the SD card, as another node.
        lines += [f"RequiresMountsFor={root}", f"AssertPathIsMountPoint={node.storage}"]
    # A minus: whatever goes wrong there, Docker has to start.
    lines += ["", "[Service]", f"ExecStartPre=-{BEFORE}"]
    return HEADER + "\n".join(lines) + "\n"


def archive_files(
    cluster: ClusterConfig, key: bytes, repository: str, suite: str | None, architecture: str
) -> list[Entry]:
    """What apt reads for Docker's own packages.

    + key: the archive's key, in ASCII armor
    """
    source = [
        "Types: deb",
        f"URIs: {repository}",
        f"Suites: {suite}",
        "Components: stable",
        f"Architectures: {architecture}",
        f"Signed-By: {KEY}",
    ]
    # Above 1000 also an older version is chosen, where the owner wishes one.
    pin = [
        f"Package: {' '.join(docker.PINNED)}",
        f"Pin: version {docker.version_pattern(cluster.docker.version)}",
        "Pin-Priority: 1001",
    ]
    return [
        file(KEY, key),
        file(SOURCE, HEADER + "\n".join(source) + "\n"),
        file(PIN, HEADER + "\n".join(pin) + "\n"),
    ]


def unwanted(cluster: ClusterConfig) -> list[str]:
    """Files that another source has left."""
    return [OLD_SOURCE] if cluster.docker.source == "docker-ce" else [OLD_SOURCE, KEY, SOURCE, PIN]
