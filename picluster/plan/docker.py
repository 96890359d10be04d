"""Docker Engine as it is wished: its packages by source, their versions, its daemon.json."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from picluster.plan.sections import Docker

DATA_ROOT = "/var/lib/docker"
"""Where the engine keeps its data unless told otherwise."""

SUBNET_LENGTH = 24

_DEBIAN = ("docker.io", "docker-cli")
_VENDOR = (
    "docker-ce",
    "docker-ce-cli",
    "containerd.io",
    "docker-buildx-plugin",
    "docker-compose-plugin",
)
_ROOTLESS = "docker-ce-rootless-extras"

# https://docs.docker.com/engine/install/debian/#uninstall-old-versions, and what came with trixie:
# docker-cli, and docker-buildx, which is the same file as the vendor's plugin.
_OF_DEBIAN = (
    *_DEBIAN,
    "docker-buildx",
    "docker-compose",
    "docker-doc",
    "podman-docker",
    "containerd",
    "runc",
)

PINNED = ("docker-ce", "docker-ce-cli", _ROOTLESS)
"""Packages that carry the engine's version. containerd.io and the plugins have versions of their
own, and any of them serves any engine of the archive: apt's dependencies say which it needs."""


@dataclass(frozen=True, slots=True)
class EnginePackages:
    """Debian packages of one source."""

    wished: tuple[str, ...]
    conflicting: tuple[str, ...]
    """Another engine's, to be removed; its data and its configuration stay."""
    versions: Mapping[str, str]
    """Package to the version that it has to have, with apt's wildcards."""


def engine_packages(docker: Docker, codename: str | None) -> EnginePackages:
    """The packages of the wished source on a release.

    + codename: of the Debian release, such as bookworm
    """
    if docker.source == "docker-ce":
        pattern = version_pattern(docker.version)
        versions = {name: pattern for name in PINNED if name in _VENDOR}
        return EnginePackages(_VENDOR, _OF_DEBIAN, versions)
    # Until bookworm the program `docker` was part of docker.io.
    wished = _DEBIAN[:1] if codename == "bookworm" else _DEBIAN
    return EnginePackages(wished, (*_VENDOR, _ROOTLESS), {})


def version_pattern(version: str) -> str:
    """The vendor's package versions of an engine's version, for apt: `29.1` is `5:29.1.*`.

    The vendor writes `5:29.1.3-1~debian.12~bookworm`.
    """
    return f"5:{version}-*" if version.count(".") == 2 else f"5:{version}.*"


def major(version: str) -> int | None:
    """The major of an engine's or a package's version: 29 of `5:29.1.3-1~debian.12~bookworm`."""
    match = re.match(r"(?:[0-9]+:)?([0-9]+)(?![0-9:])", version, re.ASCII)
    return int(match[1]) if match else None


def data_root(storage: str | None) -> str:
    """Where the engine keeps images, volumes and its Swarm's state.

    + storage: mount point of the node's disk for data
    """
    return DATA_ROOT if storage is None else f"{storage}/docker"


def daemon_json(docker: Docker, pool: IPv4Network, root: str, mirrors: Sequence[str] = ()) -> str:
    """The whole of /etc/docker/daemon.json.

    + pool: range of the subnets of container networks on this board
    + root: data root
    + mirrors: URLs of mirrors of Docker Hub, asked before it in this order

    Never `live-restore`, with which an engine refuses to be in a Swarm.
    """
    settings: dict[str, Any] = {
        "data-root": root,
        "default-address-pools": [{"base": str(pool), "size": SUBNET_LENGTH}],
        # The default driver never closes a log. The engine takes its options as texts only.
        "log-driver": "local",
        "log-opts": {"max-file": str(docker.log_max_files), "max-size": docker.log_max_size},
    }
    if docker.log_max_files == 1:
        # Only files that are full are compressed; with one there is none, and it would be refused.
        settings["log-opts"]["compress"] = "false"
    if docker.source == "docker-ce":
        # A fresh engine since 29 would keep layers in /var/lib/containerd, whatever the data root,
        # and an upgraded one not.
        settings["features"] = {"containerd-snapshotter": False}
    if mirrors:
        settings["registry-mirrors"] = list(mirrors)
    return json.dumps(settings, indent=2, sort_keys=True) + "\n"
