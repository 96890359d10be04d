"""The shutdown deploy, without any board: pyinfra on @fake hosts."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.deploys.test_order import BOARDS, FIRST, pyinfra

DEPLOY = "deploys.shutdown.apply"
MANAGERS = {"@fake/pi8", "@fake/pi4", "@fake/pi2a"}


def shutdown(
    folder: Path, *options: str, state: str = "converged", jobs: int = 0, **more: str
) -> tuple[dict[str, set[str]], subprocess.CompletedProcess[str]]:
    """What a dry run announces, in its order, and how it ended."""
    words = ["--dry", "--json", *options]
    done = pyinfra(state, folder, *words, deploy=DEPLOY, FAKE_JOBS=str(jobs), **more)
    steps = json.loads(done.stdout)["plan"] if done.stdout.strip() else []
    announced = {step["name"]: set(step["hosts_with_change"]) for step in steps}
    return announced, done


def limited(*names: str) -> list[str]:
    return [word for name in names for word in ("--limit", f"@fake/{name}")]


def test_the_whole_cluster_the_head_last(tmp_path: Path) -> None:
    announced, done = shutdown(tmp_path)
    assert done.returncode == 0, done.stderr
    assert list(announced.items()) == [
        ("Shutdown | End YARN's jobs", set()),
        ("Shutdown | Let HDFS come to rest", FIRST),
        ("Shutdown | Switch the workers off", BOARDS - MANAGERS),
        ("Shutdown | Switch the other managers off", MANAGERS - FIRST),
        ("Shutdown | Switch the head off", FIRST),
    ]


def test_blank_boards_have_nothing_that_has_to_rest(tmp_path: Path) -> None:
    announced, done = shutdown(tmp_path, state="blank")
    assert done.returncode == 0, done.stderr
    assert announced["Shutdown | Let HDFS come to rest"] == set()
    assert announced["Shutdown | Switch the head off"] == FIRST


def test_jobs_are_waited_for(tmp_path: Path) -> None:
    announced, done = shutdown(tmp_path, jobs=7)
    assert done.returncode == 1
    assert not any(announced.values())
    assert "jobs run: count.py of pi (RUNNING, application_1_0), " in done.stderr
    assert "and 2 more. Wait for their end" in done.stderr


def test_jobs_are_ended_where_that_is_accepted(tmp_path: Path) -> None:
    announced, done = shutdown(tmp_path, "--data", "stop_jobs=yes", jobs=1)
    assert done.returncode == 0, done.stderr
    assert announced["Shutdown | End YARN's jobs"] == FIRST
    assert announced["Shutdown | Switch the head off"] == FIRST


def test_the_jobs_that_were_agreed_to_are_ended(tmp_path: Path) -> None:
    announced, done = shutdown(
        tmp_path, "--data", "stop_jobs=application_1_0,application_1_1", jobs=2
    )
    assert done.returncode == 0, done.stderr
    assert announced["Shutdown | End YARN's jobs"] == FIRST


def test_one_that_began_since_stops_all_boards(tmp_path: Path) -> None:
    announced, done = shutdown(tmp_path, "--data", "stop_jobs=application_1_0", jobs=2)
    assert done.returncode == 1
    assert not any(announced.values())
    why = "Error: jobs have begun that nobody has agreed to end: count.py of pi (RUNNING, "
    assert done.stderr.count(f"{why}application_1_1). Nothing was touched.") == len(BOARDS)
    assert "see all and decide anew: picluster shutdown --stop-jobs" in done.stderr


@pytest.mark.parametrize(("agreed", "jobs"), [("application_1_0", 1), ("no", 0)])
def test_one_that_begins_between_the_two_stages_of_a_run_stops_all_boards(
    tmp_path: Path, agreed: str, jobs: int
) -> None:
    """The head sees it before it ends any, and nobody goes off after a step that failed."""
    words = ["-y", "--data", f"stop_jobs={agreed}"]
    more = {"FAKE_JOBS": str(jobs), "FAKE_JOBS_BEGIN": "1"}
    done = pyinfra("converged", tmp_path, *words, deploy=DEPLOY, **more)
    assert done.returncode == 1
    begun = f"nobody has agreed to end: count.py of pi (RUNNING, application_1_{jobs})"
    assert done.stderr.count(begun) == 1, done.stderr
    assert done.stderr.count("left on: a step before failed on ") == len(BOARDS) - 1
    assert "is off" not in done.stderr
    assert "Success" not in done.stderr


def test_a_word_on_jobs_that_nobody_understands(tmp_path: Path) -> None:
    announced, done = shutdown(tmp_path, "--data", "stop_jobs=maybe", jobs=1)
    assert done.returncode == 1
    assert not any(announced.values())
    assert "--data stop_jobs=maybe: write yes, no, or the IDs of the jobs" in done.stderr


def test_a_resourcemanager_that_does_not_tell_of_its_jobs(tmp_path: Path) -> None:
    announced, done = shutdown(tmp_path, jobs=-1)
    assert done.returncode == 1
    assert not any(announced.values())
    assert "does not tell whether jobs run: see journalctl" in done.stderr
    announced, done = shutdown(tmp_path, "--data", "stop_jobs=yes", jobs=-1)
    assert done.returncode == 0, done.stderr
    assert announced["Shutdown | Switch the head off"] == FIRST


def test_a_worker_alone_warns_of_jobs(tmp_path: Path) -> None:
    announced, done = shutdown(tmp_path, *limited("pi1a"), jobs=1)
    assert done.returncode == 0, done.stderr
    assert {name for name, hosts in announced.items() if hosts} == {
        "Shutdown | Switch the workers off"
    }
    assert announced["Shutdown | Switch the workers off"] == {"@fake/pi1a"}
    assert "begins anew elsewhere" in done.stderr


def test_two_of_three_may_not(tmp_path: Path) -> None:
    announced, done = shutdown(tmp_path, *limited("pi4", "pi2a", "pi1a"))
    assert done.returncode == 1
    assert not any(announced.values())
    assert "1 of 3 managers of the Swarm would be left, too few to agree" in done.stderr


def test_copies_that_others_have_no_more_are_told(tmp_path: Path) -> None:
    options = limited("pi1a", "pi1b")
    announced, done = shutdown(tmp_path, *options, FAKE_NO_DATANODE="pi1c")
    assert done.returncode == 0, done.stderr
    assert announced["Shutdown | Switch the workers off"] == {"@fake/pi1a", "@fake/pi1b"}
    assert done.stderr.count("HDFS: @fake/pi1c is away already. Files that have all") == 2
    _, done = shutdown(tmp_path, *options)
    assert "away already" not in done.stderr


def test_the_head_alone_takes_hdfs_along(tmp_path: Path) -> None:
    announced, done = shutdown(tmp_path, *limited("pi8"))
    assert done.returncode == 0, done.stderr
    assert {name for name, hosts in announced.items() if hosts} == {
        "Shutdown | Let HDFS come to rest",
        "Shutdown | Switch the head off",
    }
