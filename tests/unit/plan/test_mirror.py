"""Where the caches are, who uses them, and what they are told."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest
import yaml

from picluster.plan import mirror
from tests.facts import apart
from tests.unit.plan.clusters import cluster

ON: dict[str, Any] = {"mirror": {"enabled": True}}
BOARDS: list[dict[str, Any]] = [{"memory_gb": 8}, {"memory_gb": 4}, {}]


def test_every_board_asks_the_mirror_first_itself_too() -> None:
    declared: dict[str, Any] = {"docker": {"registry_mirrors": ["https://mirror.test"]}}
    config = cluster(*BOARDS, **ON, **declared, system={"apt_proxy": "http://cache.test:3142"})
    assert mirror.registry_mirrors(config) == ("http://10.0.0.2:5000", "https://mirror.test")
    assert mirror.apt_proxies(config) == ("http://10.0.0.2:3142", "http://cache.test:3142")
    assert [mirror.is_mirror(config, node) for node in config.nodes] == [False, True, False]


def test_one_that_is_declared_as_well_is_asked_once() -> None:
    config = cluster(*BOARDS, **ON, docker={"registry_mirrors": ["http://10.0.0.2:5000"]})
    assert mirror.registry_mirrors(config) == ("http://10.0.0.2:5000",)


def test_without_a_mirror_only_what_is_declared() -> None:
    config = cluster(*BOARDS)
    assert (mirror.registry_mirrors(config), mirror.apt_proxies(config)) == ((), ())
    config = cluster(*BOARDS, system={"apt_proxy": "http://cache.test:3142"})
    assert mirror.apt_proxies(config) == ("http://cache.test:3142",)
    assert not any(mirror.is_mirror(config, node) for node in config.nodes)


def test_folders_of_former_caches_go() -> None:
    disk = {"storage": "/srv/ssd", "roles": ["mirror"]}
    config = cluster({"storage": "/srv/hdd"}, disk, {}, **ON)
    assert mirror.folder(config.nodes[1]) == "/srv/ssd/picluster-mirror"
    assert [mirror.unwanted_folders(config, node) for node in config.nodes] == [
        ["/srv/hdd/picluster-mirror", "/var/cache/picluster-mirror"],
        ["/var/cache/picluster-mirror"],
        ["/var/cache/picluster-mirror"],
    ]
    without_disk = cluster({"roles": ["mirror"]}, **ON)
    assert mirror.unwanted_folders(without_disk, without_disk.nodes[0]) == []


def test_the_registry_is_a_cache_at_the_lan_address() -> None:
    config = cluster({"storage": "/srv/ssd"}, **ON)
    settings = yaml.safe_load(mirror.registry_settings(config.nodes[0]))
    assert settings["http"] == {"addr": "10.0.0.1:5000"}
    assert settings["proxy"] == {"remoteurl": "http://127.0.0.1:5001"}
    assert settings["storage"]["filesystem"] == {
        "rootdirectory": "/srv/ssd/picluster-mirror/registry"
    }


def test_the_apt_cache_has_no_page_for_administration() -> None:
    node = cluster({}).nodes[0]
    lines = mirror.apt_settings(node, None).splitlines()
    assert {"BindAddress: 10.0.0.1", "Port: 3142"} <= set(lines)
    assert not [line for line in lines if line.startswith(("ReportPage", "Proxy", "AdminAuth"))]
    behind = mirror.apt_settings(node, "http://cache.test:3142").splitlines()
    assert behind[-2:] == ["Proxy: http://cache.test:3142", "OptProxyTimeout: 3"]


def _proxy(script: str) -> str:
    done = apart.run(
        ["sh", "-c", script, "apt-proxy", "http://deb.test/x"],
        capture_output=True, text=True, check=True, timeout=10,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.strip()


def test_apt_takes_the_first_proxy_that_answers_else_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as open_one, socket.socket() as closed_one:
        closed_one.bind(("127.0.0.1", 0))
        closed, answers = (
            f"http://127.0.0.1:{one.getsockname()[1]}" for one in (closed_one, open_one)
        )
        assert _proxy(mirror.apt_proxy_script([answers, closed])) == answers
        assert _proxy(mirror.apt_proxy_script([closed, answers])) == answers
        assert _proxy(mirror.apt_proxy_script([closed])) == "DIRECT"


def test_ports_that_are_not_written(tmp_path: Path) -> None:
    script = mirror.apt_proxy_script(["http://cache.test", "https://[fd00::5]"])
    assert "try 'cache.test' 80 'http://cache.test'\n" in script
    assert "try 'fd00::5' 443 'https://[fd00::5]'\n" in script


def test_a_hostile_name_is_no_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """cluster.toml refuses it; here it would still be only a name."""
    monkeypatch.chdir(tmp_path)
    assert _proxy(mirror.apt_proxy_script(["http://$(touch owned):1"])) == "DIRECT"
    assert os.listdir(tmp_path) == []
