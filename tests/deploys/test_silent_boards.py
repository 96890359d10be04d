"""What a deploy makes of a board that does not tell all: pyinfra on @fake hosts."""

import json
from pathlib import Path

import pytest

from picluster.plan.drift import read_notes
from tests.deploys.test_order import BOARDS, pyinfra

MANAGER, WORKER = "pi2a", "pi1a"


@pytest.mark.parametrize(
    ("board", "deploy"),
    [(MANAGER, "all.py"), (WORKER, "all.py"), (WORKER, "portainer.apply")],
)
def test_a_board_whose_engine_hangs_is_refused_and_no_other(
    board: str, deploy: str, tmp_path: Path
) -> None:
    path = f"deploys/{deploy}" if deploy.endswith(".py") else f"deploys.{deploy}"
    done = pyinfra("converged", tmp_path, "--dry", "--json", deploy=path, FAKE_HUNG=board)
    assert done.returncode == 1, "a board that was not looked at is not as planned"
    (error,) = (line for line in done.stderr.splitlines() if " Error: " in line)
    assert f"@fake/{board}]" in error
    assert "runs and does not answer: see `journalctl -u docker` there" in error
    assert "Run again" in error
    ready = {
        line.split("]")[0].split("[")[1] for line in done.stderr.splitlines() if "Ready:" in line
    }
    assert ready == BOARDS - {f"@fake/{board}"}
    assert not [one for one in json.loads(done.stdout)["plan"] if one["hosts_with_change"]]


def test_a_run_says_the_same(tmp_path: Path) -> None:
    done = pyinfra("converged", tmp_path, "-y", "--json", FAKE_HUNG=WORKER)
    assert done.returncode == 1
    results = json.loads(done.stdout)["results"]
    assert results["failed_hosts"] == [f"@fake/{WORKER}"]
    assert results["totals"]["success"] == 0


def unseen(folder: Path, *options: str, **environment: str) -> set[tuple[str, str]]:
    """What could not be looked at, and where; pyinfra itself finds nothing wrong."""
    notes = folder / "notes"
    done = pyinfra(
        "converged",
        folder,
        "--dry",
        "--json",
        *options,
        PICLUSTER_DIFFERENCES=str(notes),
        **environment,
    )
    assert done.returncode == 0, done.stderr
    lines = notes.read_text().splitlines()
    noted = read_notes(lines)
    assert not noted.differences
    return {(one.host, one.what) for one in noted.unseen}


def test_a_portainer_that_runs_and_is_not_reached_is_told_of(tmp_path: Path) -> None:
    found = unseen(tmp_path, FAKE_UNREACHABLE="portainer")
    assert found == {("@fake/pi8", "Portainer")}


def test_heads_that_do_not_tell_keep_others_from_being_looked_at(tmp_path: Path) -> None:
    found = unseen(tmp_path, "--limit", "@fake/pi1a", FAKE_UNREACHABLE="pi8 pi4")
    assert found == {("@fake/pi1a", "HDFS"), ("@fake/pi1a", "Portainer")}
