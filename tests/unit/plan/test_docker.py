"""Docker Engine as it is wished: packages by source, versions in apt's words, daemon.json."""

import json
from fnmatch import fnmatchcase
from ipaddress import IPv4Network
from typing import Any

import pytest

from picluster.plan.docker import (
    daemon_json,
    data_root,
    engine_packages,
    major,
    version_pattern,
)
from picluster.plan.sections import Docker

POOL = IPv4Network("172.30.0.0/16")


@pytest.mark.parametrize(
    ("version", "fitting", "others"),
    [
        ("29", ["29.0.0", "29.1.3", "29.10.0"], ["28.5.1", "30.0.0", "2.9.0", "290.1.0"]),
        ("29.1", ["29.1.0", "29.1.3"], ["29.10.0", "29.2.0", "30.1.0", "28.29.1"]),
        ("29.1.3", ["29.1.3"], ["29.1.30", "29.1.2", "29.1.0"]),
    ],
)
def test_version_pattern(version: str, fitting: list[str], others: list[str]) -> None:
    pattern = version_pattern(version)
    for upstream in [*fitting, *others]:
        installed = f"5:{upstream}-1~debian.12~bookworm"
        assert fnmatchcase(installed, pattern) is (upstream in fitting)


def test_an_old_epoch_fits_no_version() -> None:
    assert not fnmatchcase("29.1.3~ce~3-0~debian", version_pattern("29"))


@pytest.mark.parametrize(
    ("version", "number"),
    [
        ("5:29.1.3-1~debian.12~bookworm", 29),
        ("20.10.24+dfsg1-1+deb12u1+b6", 20),
        ("29", 29),
        ("29.1", 29),
        ("", None),
        ("nightly", None),
        ("5:", None),
    ],
)
def test_major(version: str, number: int | None) -> None:
    assert major(version) == number


def test_the_vendors_packages() -> None:
    packages = engine_packages(Docker(source="docker-ce", version="29.1"), "trixie")
    assert packages.wished == (
        "docker-ce",
        "docker-ce-cli",
        "containerd.io",
        "docker-buildx-plugin",
        "docker-compose-plugin",
    )
    assert packages.versions == {"docker-ce": "5:29.1.*", "docker-ce-cli": "5:29.1.*"}
    assert {"docker.io", "docker-cli", "containerd", "runc"} <= set(packages.conflicting)


@pytest.mark.parametrize(
    ("codename", "wished"),
    [
        ("bookworm", ("docker.io",)),
        ("trixie", ("docker.io", "docker-cli")),
        ("forky", ("docker.io", "docker-cli")),
    ],
)
def test_debians_packages(codename: str, wished: tuple[str, ...]) -> None:
    packages = engine_packages(Docker(source="debian"), codename)
    assert packages.wished == wished
    assert packages.versions == {}
    assert {"docker-ce", "docker-ce-cli", "containerd.io"} <= set(packages.conflicting)


@pytest.mark.parametrize("source", ["docker-ce", "debian"])
@pytest.mark.parametrize("codename", ["bookworm", "trixie"])
def test_nothing_is_wished_and_in_conflict_at_once(source: Any, codename: str) -> None:
    packages = engine_packages(Docker(source=source), codename)
    assert not set(packages.wished) & set(packages.conflicting)


def test_data_root() -> None:
    assert data_root(None) == "/var/lib/docker"
    assert data_root("/srv/ssd") == "/srv/ssd/docker"


def _daemon(**values: Any) -> dict[str, Any]:
    text = daemon_json(Docker(**values), POOL, "/srv/ssd/docker")
    read: dict[str, Any] = json.loads(text)
    assert list(read) == sorted(read), "the same wish has to give the same text"
    assert text.endswith("}\n")
    return read


def test_daemon_json_as_the_defaults_wish() -> None:
    assert _daemon() == {
        "data-root": "/srv/ssd/docker",
        "default-address-pools": [{"base": "172.30.0.0/16", "size": 24}],
        "features": {"containerd-snapshotter": False},
        "log-driver": "local",
        "log-opts": {"max-file": "3", "max-size": "10m"},
    }


def test_debians_engine_is_told_nothing_that_it_does_not_know() -> None:
    assert "features" not in _daemon(source="debian")


def test_log_options_are_texts() -> None:
    options = _daemon(log_max_size="2g", log_max_files=100)["log-opts"]
    assert options == {"max-file": "100", "max-size": "2g"}


def test_a_single_log_file_is_not_compressed() -> None:
    """Docker starts no container with one file and its default, compression."""
    assert _daemon(log_max_files=1)["log-opts"]["compress"] == "false"
    assert "compress" not in _daemon(log_max_files=2)["log-opts"]


def test_registry_mirrors() -> None:
    mirrors = ("http://192.168.1.12:5000", "https://mirror.home.arpa")
    text = daemon_json(Docker(), POOL, "/srv/ssd/docker", mirrors)
    assert json.loads(text)["registry-mirrors"] == list(mirrors)
    assert "registry-mirrors" not in _daemon()


@pytest.mark.parametrize("source", ["docker-ce", "debian"])
def test_never_what_keeps_an_engine_out_of_a_swarm(source: str) -> None:
    forbidden = {"live-restore", "iptables", "userns-remap", "firewall-backend"}
    assert not forbidden & set(_daemon(source=source))
