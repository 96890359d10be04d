"""Order and counts of the whole deploy, without any board: pyinfra on @fake hosts."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BOARDS = {f"@fake/{name}" for name in ("pi8", "pi4", "pi2a", "pi2b", "pi1a", "pi1b", "pi1c")}

# The order of issue and guide: names first, at most one reboot, and a look at each effect.
OPERATIONS = [
    "Base | Keep cloud-init from setting names",
    "Base | Set the host name",
    "Base | Write /etc/hosts",
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
]
NOBODY: set[str] = set()
FIRST = {"@fake/pi8"}
MANAGERS = {"@fake/pi8", "@fake/pi4", "@fake/pi2a"}
# What blank boards announce, where it is not every operation on every board.
ON_BLANK = {
    "Base | Keep cloud-init from setting names": NOBODY,
    "Base | Load kernel modules": NOBODY,
    "Base | Verify memory cgroup and name": NOBODY,
    "Docker | Upgrade or restart Docker, one board at a time": NOBODY,
    "Docker | Verify that memory limits hold": NOBODY,
    "Swarm | Create the Swarm": FIRST,
    "Swarm | Set the life of certificates": FIRST,
    "Swarm | Remove stale entries": NOBODY,
    "Swarm | Join the Swarm": BOARDS - FIRST,
    "Swarm | Promote to manager": MANAGERS - FIRST,
    "Swarm | Demote to worker": NOBODY,
    "Swarm | Verify the node": NOBODY,
}
MOST_COMMANDS = 32
"""Of a run that changes nothing, on each board."""


def pyinfra(state: str, *options: str) -> subprocess.CompletedProcess[str]:
    """The command line on seven fake boards."""
    command = [str(Path(sys.executable).with_name("pyinfra")), *options]
    return subprocess.run(
        [*command, "tests/deploys/inventory_of_fakes.py", "deploys/all.py"],
        cwd=ROOT,
        env=os.environ | {"FAKE_STATE": state, "PYINFRA_PROGRESS": "off"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def plan(state: str) -> list[dict[str, Any]]:
    """The operations that a dry run lists, in their order."""
    done = pyinfra(state, "--dry", "--json")
    assert done.returncode == 0, done.stderr
    operations: list[dict[str, Any]] = json.loads(done.stdout)["plan"]
    return operations


def test_blank_boards_get_every_operation_in_order() -> None:
    operations = plan("blank")
    assert [operation["name"] for operation in operations] == OPERATIONS
    for operation in operations:
        name = operation["name"]
        assert set(operation["hosts_with_change"]) == ON_BLANK.get(name, BOARDS), name


def test_converged_boards_get_none() -> None:
    operations = plan("converged")
    assert len(operations) == len(OPERATIONS)
    assert not [o["name"] for o in operations if o["hosts_with_change"]]


def test_a_dry_run_with_yes_still_tells_the_truth() -> None:
    done = pyinfra("blank", "--dry", "--json", "-y")
    changed = [o["name"] for o in json.loads(done.stdout)["plan"] if o["hosts_with_change"]]
    assert set(changed) == {name for name in OPERATIONS if ON_BLANK.get(name, BOARDS)}


def test_a_run_without_changes_asks_each_board_a_bounded_number_of_times() -> None:
    done = pyinfra("converged", "-y", "-vv")
    assert done.returncode == 0, done.stderr
    asked = re.findall(r"\[(@fake/\w+)\]\S*\s+>>>", done.stderr)
    assert {board: asked.count(board) <= MOST_COMMANDS for board in set(asked)} == dict.fromkeys(
        BOARDS, True
    )
