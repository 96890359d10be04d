"""One host that fails takes no other with it, in dry runs and in runs of pyinfra's own command."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api import FactBase

from facts.artefact import Artefact
from facts.boot import Boot
from facts.daemons import Daemons
from facts.docker import Engine
from facts.kernel import Kernel
from facts.packages import DebianPackages
from facts.service import Services
from facts.swap import Swap
from facts.system import System
from facts.tree import Tree
from operations.hdfs_found import Where as NameNodeAt
from operations.portainer_access import Access
from operations.yarn_found import Where as ResourceManagerAt
from picluster.artefacts import HADOOP
from picluster.plan.hidden import Hidden
from tests.operations.board import call, known
from tests.operations.introspection import all_operations

PROJECT = Path(__file__).parents[2]
PYINFRA = Path(sys.executable).with_name("pyinfra")

PORTAINER = {
    "managers": ["pi1"],
    "server": "pi1",
    "access": Access(
        address="192.0.2.1",
        authority=Path("/nowhere/ca.pem"),
        password=Hidden("x"),
        password_file="/nowhere/password",  # noqa: S106 - the name of its file
        setup_token=Hidden("x"),
        backup_password=Hidden("x"),
        keep=lambda: None,
    ),
}
SWARM = {"managers": ["pi1"], "address": "192.0.2.1"}
UNITS = {"units": {"hdfs-datanode.service": "d"}}
NAMENODE = {"namenode": NameNodeAt("pi1", "192.0.2.1", "/var/lib/hadoop/namenode")}
MANAGER = {"manager": ResourceManagerAt("pi1", "192.0.2.1")}
# What each operation needs to come as far as its fact.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "artefact.install": {"archive": HADOOP, "source": "rsync://192.0.2.1:8873/artefacts"},
    "artefact.offer": {
        "archive": HADOOP,
        "store": "/nowhere",
        "address": "192.0.2.1",
        "allowed": ["192.0.2.1"],
    },
    "boot.firmware_settings": {"settings": {}},
    "boot.kernel_arguments": {"arguments": []},
    "boot.reboot": {"arguments": [], "settings": {}, "swap": "none"},
    "daemon.restart": UNITS,
    "daemon.settings": {"entries": [], "units": ["hdfs-datanode.service"]},
    "daemon.start": UNITS,
    "daemon.stop": {"units": ["hdfs-datanode.service"]},
    "docker.install": {"packages": ["docker.io"]},
    "docker.roll": {"packages": ["docker.io"]},
    "docker.settings": {"entries": []},
    "docker.start": {},
    "hadoop.accounts": {},
    "hadoop.programs": {},
    "hdfs.directories": NAMENODE | {"wished": []},
    "hdfs.format": NAMENODE | {"folders": {"pi1": "/var/lib/hadoop"}, "command": ["hdfs"]},
    "hdfs.lists": NAMENODE | {"datanodes": ["pi1"]},
    "hdfs.refresh_nodes": NAMENODE | UNITS | {"datanodes": ["pi1"], "command": ["hdfs"]},
    "hdfs.restore": NAMENODE | {"source": "pi2", "path": "/var/lib/hadoop/secondarynamenode"},
    "hdfs.roll": NAMENODE | UNITS | {"datanodes": {"pi1": "192.0.2.1"}, "ready": {}},
    "hdfs_rest.rest": NAMENODE | {"command": ["hdfs"]},
    "kernel.modules": {"modules": []},
    "kernel.sysctls": {"values": {}},
    # It asks no fact; this is no time.
    "led.blink": {"seconds": 0},
    "packages.debian": {"packages": []},
    "portainer.administrator": PORTAINER,
    "portainer.agents": PORTAINER,
    "portainer.backup": PORTAINER | {"version": "2.45.0", "folder": "/nowhere"},
    "portainer.environment": PORTAINER | {"label": "home"},
    "portainer.restore": PORTAINER
    | {
        "file": "/nowhere/backup",
        "version": "2.45.0",
        "compose": Hidden("services: {server: {image: x}}"),
        "files": {},
        "key": Hidden("x"),
    },
    # It asks no fact; this is no time.
    "power.off": {"timeout": 0},
    "service.install": {"packages": []},
    "service.run": {"units": {"demo.service": ""}},
    "service.settings": {"entries": [], "units": ["demo.service"]},
    "service.stop": {"units": ["demo.service"], "files": []},
    "spark.packages": {"packages": ["python3"]},
    "swap.mechanism": {"wished": "none"},
    "swarm.certificates": {"managers": ["pi1"], "days": 365},
    "swarm.create": SWARM | {"address_pool": "10.77.0.0/16"},
    "swarm.demote": {"managers": ["pi1"]},
    "swarm.forget": {"managers": ["pi1"], "hostname": "pi1"},
    "swarm.join": SWARM,
    "swarm.node": {"managers": ["pi1"], "labels": {}, "prefix": "pi."},
    "swarm.promote": {"managers": ["pi1"]},
    "swarm_recovery.recover": SWARM | {"survivor": "pi1"},
    "swarm_stack.stack": {
        "managers": ["pi1"],
        "stack": "hello",
        "compose": "services: {web: {image: x}}",
    },
    "system.cloud_init_leaves_names_alone": {},
    "system.hostname": {"hostname": "pi1"},
    "system.timezone": {"timezone": "Etc/UTC"},
    "system.watchdog": {"timeout": None},
    # It asks no fact; this row has no URL.
    "tell.pages": {"rows": [["HDFS"]]},
    "tree.files": {"entries": []},
    "verify.base": {"hostname": "pi1", "address": "192.0.2.1"},
    "verify.docker": {},
    "verify.hdfs": NAMENODE | {"datanodes": {"pi1": "192.0.2.1"}},
    "verify.portainer": PORTAINER,
    "verify.spark": {"history": "pi1", "page": "http://192.0.2.1:18080", "version": "4.3.0"},
    "verify.stacks": {"managers": ["pi1"], "names": ["hello"]},
    "verify.swarm": {"managers": ["pi1"]},
    "verify.yarn": MANAGER | {"node": "pi1", "nodes": {"pi1": [384, 4]}},
    "yarn.refresh_nodes": MANAGER | {"nodes": ["pi1"]},
    "yarn.start_nodemanager": MANAGER | UNITS | {"node": "pi1"},
    "yarn_jobs.end": MANAGER | {"command": ["yarn"]},
}
FACTS: tuple[type[FactBase[Any]], ...] = (
    Artefact, Boot, Daemons, DebianPackages, Engine, Kernel, Services, Swap, System, Tree,
)  # fmt: skip


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that nobody knows is not waited for."""
    for module in (
        "hdfs_health",
        "portainer_health",
        "spark_health",
        "swarm_health",
        "yarn_health",
    ):
        monkeypatch.setattr(f"operations.{module}.WAIT_SECONDS", -1)


@pytest.mark.parametrize("executing", [False, True])
@pytest.mark.parametrize("name", all_operations())
def test_a_failed_fact_fails_the_host(name: str, executing: bool) -> None:
    """pyinfra goes on with None after it; an exception would end the run for all hosts."""
    assert name in ARGUMENTS, "write down how to call the new operation"
    facts = known(dict.fromkeys(FACTS))
    if name.startswith("verify."):
        if not executing:
            return
        facts = lambda fact, **arguments: None  # noqa: E731
    operation = all_operations()[name]
    assert call(operation, facts, executing=executing, **ARGUMENTS[name]).failed


DEPLOY = """
from pyinfra import host
from operations import swap, system
bad = host.name == "@fake/bad"
system.hostname(name="Name", hostname="-rf" if bad else "good")
swap.mechanism(name="Swap", wished="none")
"""
INVENTORY = """
answer = lambda **values: "\\n".join(f"{key}={value}" for key, value in values.items())
system = answer(release="", hostname="x", static_hostname="", localtime="", swap="none",
                watchdog_vendor=0, watchdog_usec="", cloud_init=0, cloud_init_disabled=0,
                cloud_init_status="", preserve="", user_data_sets_names="")
swap = answer(rpi_swap=0, dphys_enabled=0, rpi_drop_in="", zram_config="", swaps="")
answers = {"uname -n": system, "rpi_drop_in": swap}
hosts = [(name, {"fake_responses": data}) for name, data in {
    "@fake/bad": answers, "@fake/good": answers,
    "@fake/mute": answers | {"uname -n": "no answer at all"},
}.items()]
"""


def _pyinfra(folder: Path, *options: str) -> tuple[subprocess.CompletedProcess[str], Any]:
    (folder / "deploy.py").write_text(DEPLOY)
    (folder / "inventory.py").write_text(INVENTORY)
    environment = os.environ | {
        "PYTHONPATH": str(PROJECT),
        "PYINFRA_PROGRESS": "off",
        "PYINFRA_FAKE_DELAY": "0",
        "PYINFRA_FAKE_DELAY_JITTER": "0",
    }
    done = subprocess.run(
        [PYINFRA, "inventory.py", "deploy.py", "--json", *options],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done, json.loads(done.stdout or "null")


@pytest.mark.parametrize("options", [["--dry"], ["-y"]], ids=" ".join)
def test_the_others_go_on(options: list[str], tmp_path: Path) -> None:
    done, answer = _pyinfra(tmp_path, *options)
    assert done.returncode == 1, done.stderr
    # pyinfra lines the names of hosts up.
    assert re.search("@fake/bad] +Error: '-rf' is no host name", done.stderr), done.stderr
    assert re.search("@fake/mute] .*the board's answer lacks", done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    if options == ["--dry"]:
        announced = {op["name"]: op["hosts_with_change"] for op in answer["plan"]}
        assert announced == {"Name": ["@fake/good"], "Swap": []}
    else:
        totals = answer["results"]["totals"]
        assert (totals["success"], totals["no_change"]) == (1, 1), "the good one's"
        assert totals["error"] > 0
        assert sorted(answer["results"]["failed_hosts"]) == ["@fake/bad", "@fake/mute"]
