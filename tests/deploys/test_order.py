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

# The order of issue and guide: names first, at most one reboot, and a look at the effect last.
OPERATIONS = [
    "Keep cloud-init from setting names",
    "Set the host name",
    "Write /etc/hosts",
    "Set the time zone",
    "Install packages",
    "Set kernel arguments",
    "Set firmware settings",
    "Set up swap",
    "Write system settings",
    "Load kernel modules",
    "Set kernel parameters",
    "Start the watchdog",
    "Reboot into what is wished",
    "Verify memory cgroup and name",
]
UNCHANGED_ON_BLANK = {
    "Keep cloud-init from setting names",
    "Load kernel modules",
    "Verify memory cgroup and name",
}


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
    assert [operation["name"] for operation in operations] == [f"Base | {o}" for o in OPERATIONS]
    for operation in operations:
        changes = operation["name"].removeprefix("Base | ") not in UNCHANGED_ON_BLANK
        assert set(operation["hosts_with_change"]) == (BOARDS if changes else set())


def test_converged_boards_get_none() -> None:
    operations = plan("converged")
    assert len(operations) == len(OPERATIONS)
    assert not [o["name"] for o in operations if o["hosts_with_change"]]


def test_a_dry_run_with_yes_still_tells_the_truth() -> None:
    done = pyinfra("blank", "--dry", "--json", "-y")
    changed = [o["name"] for o in json.loads(done.stdout)["plan"] if o["hosts_with_change"]]
    assert len(changed) == len(OPERATIONS) - len(UNCHANGED_ON_BLANK)


def test_a_run_without_changes_asks_each_board_a_bounded_number_of_times() -> None:
    done = pyinfra("converged", "-y", "-vv")
    assert done.returncode == 0, done.stderr
    asked = re.findall(r"\[(@fake/\w+)\]\S*\s+>>>", done.stderr)
    assert {board: asked.count(board) <= 25 for board in set(asked)} == dict.fromkeys(BOARDS, True)
