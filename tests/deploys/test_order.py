"""Order and counts of the whole deploy, without any board: pyinfra on @fake hosts."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BOARDS = {f"@fake/{name}" for name in ("pi8", "pi4", "pi2a", "pi2b", "pi1a", "pi1b", "pi1c")}

# The order of issue and guide: names first, at most one reboot, and a look at each effect.
OPERATIONS = [
    "Mirror | Stop caches that are elsewhere now",
    "Mirror | Write the caches' settings",
    "Mirror | Install the caches",
    "Mirror | Run the caches",
    "Base | Keep cloud-init from setting names",
    "Base | Set the host name",
    "Base | Write /etc/hosts and apt's proxy",
    "Base | Set the time zone",
    "Base | Install packages",
    "Base | Set kernel arguments",
    "Base | Set firmware settings",
    "Base | Set up swap",
    "Base | Write system settings",
    "Base | Load kernel modules",
    "Base | Set kernel parameters",
    "Base | Start the watchdog",
    "Base | Reboot into what is wished",
    "Base | Verify memory cgroup and name",
    "Home | Stop a home page that is elsewhere now",
    "Home | Write the home page",
    "Home | Install the web server",
    "Home | Serve the home page",
    "Thermal | Stop the watch",
    "Thermal | Write the watch's settings",
    "Thermal | Watch heat and power",
    "Docker | Write Docker's settings",
    "Docker | Install Docker",
    "Docker | Start Docker",
    "Docker | Upgrade or restart Docker, one board at a time",
    "Docker | Verify that memory limits hold",
    "Swarm | Create the Swarm",
    "Swarm | Set the life of certificates",
    "Swarm | Remove stale entries",
    "Swarm | Join the Swarm",
    "Swarm | Promote to manager",
    "Swarm | Demote to worker",
    "Swarm | Set labels and availability",
    "Swarm | Verify the node",
    "HDFS | Stop HDFS daemons that are elsewhere now",
    "HDFS | Keep Hadoop's users",
    "HDFS | Install Java",
    "HDFS | Offer Hadoop to the other boards",
    "HDFS | Install Hadoop",
    "HDFS | Write HDFS's settings",
    "HDFS | List the DataNodes",
    "HDFS | Format HDFS",
    "HDFS | Start the NameNode",
    "HDFS | Restart the NameNode",
    "HDFS | Tell the NameNode of new DataNodes",
    "HDFS | Start the DataNode",
    "HDFS | Restart the DataNodes, one at a time",
    "HDFS | Start the SecondaryNameNode",
    "HDFS | Restart the SecondaryNameNode",
    "HDFS | Make HDFS's directories",
    "HDFS | Verify HDFS",
    "YARN | Stop YARN daemons that are elsewhere now",
    "YARN | Write YARN's settings",
    "YARN | Make YARN's directories in HDFS",
    "YARN | Tell the ResourceManager of new nodes",
    "YARN | Start the ResourceManager",
    "YARN | Restart the ResourceManager",
    "YARN | Start the NodeManager",
    "YARN | Restart the NodeManager",
    "YARN | Start the history server",
    "YARN | Restart the history server",
    "YARN | Verify YARN",
    "Spark | Stop a history server that is elsewhere now",
    "Spark | Install Python",
    "Spark | Offer Spark to the other boards",
    "Spark | Install Spark",
    "Spark | Write Spark's settings",
    "Spark | Make Spark's directory in HDFS",
    "Spark | Start the history server",
    "Spark | Restart the history server",
    "Spark | Verify Spark",
    "Portainer | Label the server's board",
    "Portainer | Back up before an upgrade",
    "Portainer | Deploy the agents",
    "Portainer | Deploy the server",
    "Portainer | Make the administrator",
    "Portainer | Show it the Swarm",
    "Portainer | Restart agents that lost each other",
    "Portainer | Verify that it sees all nodes",
    "Stacks | Verify that their tasks run",
    "Pages | Tell where they are",
]
NOBODY: set[str] = set()
FIRST = {"@fake/pi8"}
SECOND = {"@fake/pi4"}
MANAGERS = {"@fake/pi8", "@fake/pi4", "@fake/pi2a"}
SPARK = MANAGERS | {"@fake/pi2b"}
# What blank boards announce, where it is not every operation on every board.
ON_BLANK = {
    # The example has no mirror and no stack.
    "Mirror | Stop caches that are elsewhere now": NOBODY,
    "Mirror | Write the caches' settings": NOBODY,
    "Mirror | Install the caches": NOBODY,
    "Mirror | Run the caches": NOBODY,
    "Stacks | Verify that their tasks run": NOBODY,
    "Base | Keep cloud-init from setting names": NOBODY,
    "Base | Load kernel modules": NOBODY,
    "Base | Verify memory cgroup and name": NOBODY,
    "Home | Stop a home page that is elsewhere now": NOBODY,
    "Home | Write the home page": SECOND,
    "Home | Install the web server": SECOND,
    "Home | Serve the home page": SECOND,
    "Thermal | Stop the watch": NOBODY,
    "Docker | Upgrade or restart Docker, one board at a time": NOBODY,
    "Docker | Verify that memory limits hold": NOBODY,
    "Swarm | Create the Swarm": FIRST,
    "Swarm | Set the life of certificates": FIRST,
    "Swarm | Remove stale entries": NOBODY,
    "Swarm | Join the Swarm": BOARDS - FIRST,
    "Swarm | Promote to manager": MANAGERS - FIRST,
    "Swarm | Demote to worker": NOBODY,
    "Swarm | Verify the node": NOBODY,
    "HDFS | Stop HDFS daemons that are elsewhere now": NOBODY,
    "HDFS | Restart the NameNode": NOBODY,
    "HDFS | Tell the NameNode of new DataNodes": NOBODY,
    "HDFS | Restart the DataNodes, one at a time": NOBODY,
    "HDFS | Restart the SecondaryNameNode": NOBODY,
    "HDFS | Verify HDFS": NOBODY,
    "YARN | Stop YARN daemons that are elsewhere now": NOBODY,
    "YARN | Restart the ResourceManager": NOBODY,
    "YARN | Restart the NodeManager": NOBODY,
    "YARN | Restart the history server": NOBODY,
    "YARN | Verify YARN": NOBODY,
    "HDFS | Offer Hadoop to the other boards": FIRST,
    "HDFS | List the DataNodes": FIRST,
    "HDFS | Format HDFS": FIRST,
    "HDFS | Start the NameNode": FIRST,
    "HDFS | Make HDFS's directories": FIRST,
    "YARN | Make YARN's directories in HDFS": FIRST,
    "YARN | Tell the ResourceManager of new nodes": FIRST,
    "YARN | Start the ResourceManager": FIRST,
    "YARN | Start the history server": FIRST,
    "HDFS | Start the SecondaryNameNode": SECOND,
    "Spark | Stop a history server that is elsewhere now": NOBODY,
    "Spark | Install Python": SPARK,
    "Spark | Offer Spark to the other boards": FIRST,
    "Spark | Install Spark": SPARK,
    "Spark | Write Spark's settings": SPARK,
    "Spark | Make Spark's directory in HDFS": FIRST,
    "Spark | Start the history server": FIRST,
    "Spark | Restart the history server": NOBODY,
    "Spark | Verify Spark": NOBODY,
    "Pages | Tell where they are": NOBODY,
    "Portainer | Label the server's board": SECOND,
    "Portainer | Back up before an upgrade": NOBODY,
    "Portainer | Deploy the agents": FIRST,
    "Portainer | Deploy the server": FIRST,
    "Portainer | Make the administrator": FIRST,
    "Portainer | Show it the Swarm": FIRST,
    "Portainer | Restart agents that lost each other": NOBODY,
    "Portainer | Verify that it sees all nodes": NOBODY,
}
BOUNDS = {"head": 60, "home": 40, "elsewhere": 40}
"""Commands that a run without changes may send to a board: the project's goal."""
COMMANDS = {"head": 47, "home": 40, "elsewhere": 38}
"""The same as it is now, at most: the head is asked once less where its own preflight is through
before another board wants to know the head's release. The home page's board looks after its files
and its packages besides."""


def pyinfra(
    state: str, folder: Path, *options: str, deploy: str = "deploys/all.py", **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command line on seven fake boards.

    + folder: where secrets are kept
    + environment: such as FAKE_HOT="pi2a"
    """
    command = [str(Path(sys.executable).with_name("pyinfra")), *options]
    return subprocess.run(
        [*command, "tests/deploys/inventory_of_fakes.py", deploy],
        cwd=ROOT,
        env=os.environ
        | {"FAKE_STATE": state, "FAKE_FOLDER": str(folder), "PYINFRA_PROGRESS": "off"}
        | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def plan(state: str, folder: Path, **more: str) -> list[dict[str, Any]]:
    """The operations that a dry run lists, in their order."""
    done = pyinfra(state, folder, "--dry", "--json", **more)
    assert done.returncode == 0, done.stderr
    operations: list[dict[str, Any]] = json.loads(done.stdout)["plan"]
    return operations


def test_blank_boards_get_every_operation_in_order(tmp_path: Path) -> None:
    operations = plan("blank", tmp_path)
    assert [operation["name"] for operation in operations] == OPERATIONS
    for operation in operations:
        name = operation["name"]
        assert set(operation["hosts_with_change"]) == ON_BLANK.get(name, BOARDS), name
    assert not list(tmp_path.iterdir()), "a dry run keeps no secret"


def test_converged_boards_get_none(tmp_path: Path) -> None:
    operations = plan("converged", tmp_path)
    assert len(operations) == len(OPERATIONS)
    assert not [o["name"] for o in operations if o["hosts_with_change"]]


@pytest.mark.parametrize("service", ["Home", "Portainer"])
def test_a_service_alone(tmp_path: Path, service: str) -> None:
    own = [name for name in OPERATIONS if name.startswith(service)]
    operations = plan("converged", tmp_path, deploy=f"deploys.{service.lower()}.apply")
    assert [operation["name"] for operation in operations] == own
    assert not [o["name"] for o in operations if o["hosts_with_change"]]


def test_a_dry_run_with_yes_still_tells_the_truth(tmp_path: Path) -> None:
    done = pyinfra("blank", tmp_path, "--dry", "--json", "-y")
    changed = [o["name"] for o in json.loads(done.stdout)["plan"] if o["hosts_with_change"]]
    assert set(changed) == {name for name in OPERATIONS if ON_BLANK.get(name, BOARDS)}


def test_a_run_without_changes_asks_each_board_a_bounded_number_of_times(tmp_path: Path) -> None:
    done = pyinfra("converged", tmp_path, "-y", "-vv")
    assert done.returncode == 0, done.stderr
    asked = re.findall(r"\[(@fake/\w+)\]\S*\s+>>>", done.stderr)
    counts = {board: asked.count(board) for board in set(asked)}
    assert set(counts) == BOARDS
    boards = {"head": FIRST, "home": SECOND, "elsewhere": BOARDS - FIRST - SECOND}
    most = {what: max(counts[board] for board in those) for what, those in boards.items()}
    assert all(COMMANDS[board] - 1 <= most[board] <= COMMANDS[board] for board in most), counts
    assert all(most[board] <= bound for board, bound in BOUNDS.items()), most


def test_secrets_show_nowhere(tmp_path: Path) -> None:
    """What was made for this cluster is in its folder, and in no output."""
    done = pyinfra("converged", tmp_path, "-y", "-vvv", "--json", "--debug", "--diff")
    assert done.returncode == 0, done.stderr
    secrets = [
        line
        for path in (tmp_path / "clusters" / "picluster").iterdir()
        if path.name not in {"ca-certificate.pem", "portainer-certificate.pem"}
        for line in path.read_text().splitlines()
        if len(line) >= 12 and not line.startswith("-----")
    ]
    assert len(secrets) >= 6
    shown = done.stdout + done.stderr
    assert not [secret for secret in secrets if secret in shown]
