"""Boards are switched off and on again: what runs is not ended unasked, and what lies is kept."""

import os
import re
import subprocess
from collections.abc import Iterator

import pytest

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import deploying, jobs, spark_seen
from tests.lab.faults.treasure import Treasure

HEAD, ANOTHER, SMALLEST = "pi8", "pi2a", "pi1a"
"""All three manage the Swarm: one may be away, two may not."""
TASKS, TASK_SECONDS = 60, 2


def picluster(under_test: LabUnderTest, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [deploying.PYINFRA.with_name("picluster"), *words],
        cwd=deploying.ROOT,
        env=os.environ | under_test.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )


def off(under_test: LabUnderTest) -> set[str]:
    """Boards that systemd has shut down, to the end."""
    return {name for name, board in under_test.boards.items() if machine.is_shut_down(board)}


def comes_back(under_test: LabUnderTest, *boards: str) -> None:
    """By the documented commands; nothing is left to deploy."""
    powered = picluster(under_test, "lab", "start", *boards)
    assert powered.returncode == 0, powered.stderr
    waited = picluster(under_test, "start")
    if waited.returncode != 0:
        # Agents of Portainer that all began at once may stay alone, and nothing else.
        failed = set(re.findall(r"\((\S+)\):$", waited.stderr, re.MULTILINE))
        assert failed == {"portainer-agents"}, waited.stderr
        healed = deploying.run(under_test.environment, "-y", deploy="deploys.portainer.heal")
        assert (healed.code, healed.errors) == (0, 0), healed.log
        waited = picluster(under_test, "start")
    assert waited.returncode == 0, waited.stderr
    assert waited.stdout.startswith("All 3 boards and their services are back ("), waited.stdout
    again = deploying.apply(under_test.environment)
    assert (again.code, again.changes) == (0, 0), again.executed


@pytest.fixture
def laden(faultless: tuple[LabUnderTest, Treasure]) -> Iterator[LabUnderTest]:
    """What was laid down is there afterwards, on boards that are on."""
    under_test, treasure = faultless
    yield under_test
    for board in under_test.boards.values():
        machine.start(board)
    treasure.check(under_test)


def test_a_job_is_not_ended_unasked(laden: LabUnderTest) -> None:
    head = spark_seen.head(laden)
    with jobs.summing(head, "unasked", TASKS, TASK_SECONDS) as job:
        (application,) = spark_seen.wait_until_running(laden, 1)
        refused = picluster(laden, "shutdown", "--yes")
        other = deploying.run(
            laden.environment,
            "-y",
            "--data",
            "stop_jobs=application_1_0001",
            deploy="deploys.shutdown.apply",
        )
        assert not job.done(), "the job was over too early to tell"
        assert job.result() == jobs.sum_of_squares(TASKS)
    assert refused.returncode == 1
    assert application in refused.stderr
    assert "picluster shutdown --stop-jobs" in refused.stderr
    assert other.code == 1
    assert application in other.log
    assert not off(laden)


def test_all_are_switched_off_with_a_job_and_come_back(laden: LabUnderTest) -> None:
    with jobs.summing(spark_seen.head(laden), "ended", TASKS, TASK_SECONDS) as job:
        (application,) = spark_seen.wait_until_running(laden, 1)
        done = picluster(laden, "shutdown", "--stop-jobs", "--yes")
        assert job.exception() is not None, "nobody ended the job"
    assert done.returncode == 0, done.stderr
    assert application in done.stdout
    assert off(laden) == set(laden.boards)
    went = re.findall(r"^(\S+) is off$", done.stdout, re.MULTILINE)
    assert set(went) == set(laden.boards)
    assert went[-1] == HEAD
    nobody = picluster(laden, "start", "--timeout", "0")
    assert nobody.returncode == 1
    assert "picluster lab start --all" in nobody.stderr
    comes_back(laden, "--all")


def test_one_goes_and_then_no_second_manager(laden: LabUnderTest) -> None:
    done = picluster(laden, "shutdown", SMALLEST, "--yes")
    assert done.returncode == 0, done.stderr
    assert off(laden) == {SMALLEST}
    refused = picluster(laden, "shutdown", ANOTHER, "--yes")
    assert refused.returncode == 1
    assert SMALLEST in refused.stderr, "it says whom to bring back first"
    assert off(laden) == {SMALLEST}
    comes_back(laden, SMALLEST)
