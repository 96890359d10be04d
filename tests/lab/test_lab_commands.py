"""`picluster lab`: accidents, and what the boards then say of themselves."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import LabUnderTest
from tests.lab import deploying

PICLUSTER = Path(sys.executable).with_name("picluster")


def picluster(
    under_test: LabUnderTest, *arguments: str, cwd: Path = deploying.ROOT
) -> subprocess.CompletedProcess[str]:
    """The helper command, pointed at the lab of the tests."""
    return subprocess.run(
        [str(PICLUSTER), *arguments],
        cwd=cwd,
        env=os.environ | under_test.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def fact(under_test: LabUnderTest, node: str, name: str) -> dict[str, Any]:
    """A fact as pyinfra's command gives it ad hoc."""
    done = subprocess.run(
        [str(deploying.PYINFRA), "inventory.py", "--json", "--limit", node, "fact", name],
        cwd=deploying.ROOT,
        env=os.environ | under_test.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    answers = json.loads(done.stdout)
    found = [value for value in _leaves(answers) if isinstance(value, dict)]
    assert len(found) == 1, answers
    return dict(found[0])


def _leaves(value: Any, depth: int = 2) -> list[Any]:
    if depth == 0:
        return [value]
    return [leaf for inner in value.values() for leaf in _leaves(inner, depth - 1)]


def test_a_board_tells_what_it_is(converged: LabUnderTest) -> None:
    board = fact(converged, "pi1a", "facts.board.PiBoard")
    assert (board["model"], board["memory_mb"], board["revision"]) == ("3B+", 1024, "a020d3")
    assert (board["is_pi"], board["page_size"]) == (True, 4096)


def test_heat_throttles_as_the_model_does(converged: LabUnderTest) -> None:
    assert picluster(converged, "lab", "heat", "pi1a", "65").returncode == 0
    try:
        thermal = fact(converged, "pi1a", "facts.thermal.Thermal")
        assert thermal["temperature_c"] == 65.0
        assert thermal["flags"]["soft_temperature_limit"]["now"], "a 3B+ slows down from 60 °C"
        assert not thermal["flags"]["throttled"]["now"]
        assert thermal["clock_mhz"] == 1200
    finally:
        assert picluster(converged, "lab", "heat", "pi1a", "48.3").returncode == 0
    cooled = fact(converged, "pi1a", "facts.thermal.Thermal")["flags"]["soft_temperature_limit"]
    assert cooled == {"now": False, "since_boot": True}


def test_undervoltage_is_seen_and_remembered(converged: LabUnderTest) -> None:
    picluster(converged, "lab", "undervolt", "pi2a")
    assert fact(converged, "pi2a", "facts.thermal.Thermal")["flags"]["undervoltage"]["now"]
    picluster(converged, "lab", "undervolt", "pi2a", "--off")
    flag = fact(converged, "pi2a", "facts.thermal.Thermal")["flags"]["undervoltage"]
    assert flag == {"now": False, "since_boot": True}


def test_a_killed_board_is_shown_without_power_and_comes_back(converged: LabUnderTest) -> None:
    before = fact(converged, "pi1a", "facts.boot.Boot")["boot_id"]
    picluster(converged, "lab", "kill", "pi1a")
    status = json.loads(picluster(converged, "lab", "status", "--json").stdout)
    assert {b["board"]["name"]: b["powered"] for b in status} == {
        "pi8": True,
        "pi2a": True,
        "pi1a": False,
    }
    assert picluster(converged, "lab", "start", "pi1a").returncode == 0
    assert fact(converged, "pi1a", "facts.boot.Boot")["boot_id"] != before


def test_ssh_to_a_board(converged: LabUnderTest) -> None:
    done = picluster(converged, "lab", "ssh", "pi2a", "hostname", "-s")
    assert (done.returncode, done.stdout) == (0, "pi2a\n"), done.stderr


def test_a_second_up_changes_nothing(converged: LabUnderTest) -> None:
    before = {name: board.id for name, board in converged.boards.items()}
    done = picluster(converged, "lab", "up", "--boards", "3")
    assert done.returncode == 0, done.stderr
    assert {name: board.id for name, board in converged.boards.items()} == before
    assert deploying.dry_run(converged.environment).announced == {}


def test_another_release_for_a_board_that_is_up_is_refused(converged: LabUnderTest) -> None:
    done = picluster(converged, "lab", "up", "--boards", "3", "--release", "pi2a=trixie")
    assert done.returncode == 1
    assert "picluster lab reflash pi2a --release trixie" in done.stderr


def test_another_checkout_is_refused(converged: LabUnderTest, tmp_path: Path) -> None:
    (tmp_path / "inventory.py").touch()
    (tmp_path / "deploys").mkdir()
    done = picluster(converged, "lab", "down", cwd=tmp_path)
    assert done.returncode == 1
    assert f"already runs for {deploying.ROOT}" in done.stderr
    assert "PICLUSTER_LAB=second" in done.stderr
    assert len(converged.boards) == 3


def test_a_board_that_is_not_there(converged: LabUnderTest) -> None:
    done = picluster(converged, "lab", "heat", "pi9", "60")
    assert done.returncode == 1
    assert "has no board 'pi9'; it has: pi8, pi2a, pi1a." in done.stderr
    assert "Traceback" not in done.stderr
