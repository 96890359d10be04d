"""Heat and too little voltage on seven boards: at run time, in the plan, and back."""

import re
import time
from collections.abc import Callable

import pytest
from docker.models.containers import Container

from tests.conftest import LabUnderTest
from tests.lab import (
    accidents,
    deploying,
    hadoop_seen,
    heating,
    jobs,
    seen,
    spark_seen,
    swarm_seen,
    wishing,
)

WORKERS = ("pi4", "pi2a", "pi2b")
"""Boards that carry executors and no driver."""


@pytest.fixture
def seven(deployed_seven: LabUnderTest) -> LabUnderTest:
    """The same, as planned before each test, whatever became of the one before."""
    try:
        hadoop_seen.wait_until_as_planned(deployed_seven)
    except AssertionError:
        wishing.wish(deployed_seven, "thermal", enabled=True, on_undervoltage="warn")
        for name in deployed_seven.boards:
            heating.undervolt(deployed_seven, name, "--off")
            heating.heat(deployed_seven, name, heating.USUAL)
        hadoop_seen.mended(deployed_seven)
    return deployed_seven


def on(*names: str) -> frozenset[str]:
    """These boards, as pyinfra's JSON has them."""
    return frozenset(names)


def applied(under_test: LabUnderTest, name: str, *words: str) -> deploying.Run:
    """One run puts the board's band into force, as its dry run announces with its reason; the next
    one changes nothing."""
    dry = deploying.dry_run(under_test.environment)
    assert dry.code == 0, dry.log
    assert dry.announced == {operation: on(name) for operation in heating.APPLIED}
    assert re.search(rf"\[{name}\].*{'.*'.join(words)}", dry.log), dry.log
    run = deploying.apply(under_test.environment)
    assert (run.code, run.errors) == (0, 0), run.log
    assert run.executed == dry.announced
    again = deploying.apply(under_test.environment)
    assert (again.code, again.changes, again.errors) == (0, 0, 0), again.executed
    return run


def test_heat_moves_a_jobs_work_and_cooling_brings_the_board_back(
    seven: LabUnderTest, record_property: Callable[[str, object], None]
) -> None:
    before = set(spark_seen.applications(seven))
    with jobs.summing(spark_seen.head(seven), "heat", 80, 2) as job:
        name = spark_seen.wait_for_executor(seven, *WORKERS)
        board = seven.boards[name]
        heating.heat(seven, name, "84")
        started = time.monotonic()
        heating.wait_for_state(seven, name, "UNHEALTHY")
        record_property("unhealthy_seconds", f"{time.monotonic() - started:.0f}")
        accidents.wait_for(
            lambda: not spark_seen.executor_processes(board),
            f"{name} goes on working",
            seconds=heating.WITHIN_SECONDS - (time.monotonic() - started),
        )
        record_property("empty_seconds", f"{time.monotonic() - started:.0f}")
        assert "84" in heating.node(seven, name)["health"]
        assert not job.done(), "the job was over before the heat was"
    assert job.result() == jobs.sum_of_squares(80)
    spark_seen.new_since(seven, before)
    assert heating.watched(board)["band"] == "critical"

    applied(seven, name, "84", "critical")
    planned = hadoop_seen.plan(seven).node(name)
    offered = _offered(seven, name)
    assert 0 < offered[0] <= planned.yarn_mb / 4, offered
    assert _swarm(seven, name) == ("pause", "critical")

    heating.heat(seven, name, heating.USUAL)
    started = time.monotonic()
    heating.wait_for_state(seven, name, "RUNNING")
    record_property("back_seconds", f"{time.monotonic() - started:.0f}")
    applied(seven, name, "cool")
    hadoop_seen.wait_until_as_planned(seven)
    assert _swarm(seven, name) == ("active", "cool")
    assert jobs.long_sum(spark_seen.head(seven), "after", 20, 0.2) == jobs.sum_of_squares(20)


def test_a_degree_changes_nothing(seven: LabUnderTest) -> None:
    heating.heat(seven, "pi2b", "76")
    heating.wait_for_band(seven, "pi2b", "hot")
    applied(seven, "pi2b", "76", "hot")
    planned = hadoop_seen.plan(seven).node("pi2b")
    assert _offered(seven, "pi2b")[1] == planned.vcores // 2
    for celsius in (74, 71.5, 77, 81):
        heating.heat(seven, "pi2b", str(celsius))
        heating.wait_until_seen(seven, "pi2b", celsius)
        dry = deploying.dry_run(seven.environment)
        assert (dry.code, dry.announced) == (0, {}), celsius
    heating.heat(seven, "pi2b", heating.USUAL)
    heating.wait_for_band(seven, "pi2b", "cool")
    applied(seven, "pi2b", "cool")


def test_too_little_voltage(seven: LabUnderTest) -> None:
    """No new work, and no heavy step without consent."""
    wishing.wish(seven, "thermal", on_undervoltage="stop")
    board = seven.boards["pi1a"]
    heating.undervolt(seven, "pi1a")
    heating.wait_for_state(seven, "pi1a", "UNHEALTHY")
    assert "undervolted" in heating.node(seven, "pi1a")["health"]
    seen.shell(board, "dpkg --remove --force-depends rsync >/dev/null 2>&1")

    for run in (deploying.dry_run(seven.environment), deploying.apply(seven.environment)):
        assert run.code == 1
        assert "pi1a" in run.log
        assert "accept_undervoltage=yes" in run.log
    assert "rsync" not in _packages(board)

    consent = ("--data", "accept_undervoltage=yes")
    dry = deploying.dry_run(seven.environment, *consent)
    run = deploying.apply(seven.environment, *consent)
    assert (run.code, run.errors) == (0, 0), run.log
    assert run.executed == dry.announced
    assert run.executed["Base | Install packages"] == on("pi1a")
    assert "rsync" in _packages(board)

    heating.undervolt(seven, "pi1a", "--off")
    heating.wait_for_state(seven, "pi1a", "RUNNING")
    heating.wait_for_band(seven, "pi1a", "cool")
    wishing.wish(seven, "thermal", on_undervoltage="warn")
    applied(seven, "pi1a", "cool")


def test_without_its_watch_a_board_is_asked_by_the_deploy(seven: LabUnderTest) -> None:
    board = seven.boards["pi2a"]
    seen.shell(
        board, "systemctl disable --now picluster-thermal.timer && rm -r /run/picluster/thermal"
    )
    heating.heat(seven, "pi2a", "78")
    dry = deploying.dry_run(seven.environment)
    assert dry.announced == {
        operation: on("pi2a") for operation in {*heating.APPLIED, "Thermal | Watch heat and power"}
    }
    run = deploying.apply(seven.environment)
    assert (run.code, run.errors, run.executed) == (0, 0, dry.announced), run.log
    again = deploying.apply(seven.environment)
    assert (again.code, again.changes, again.errors) == (0, 0, 0), again.executed
    heating.heat(seven, "pi2a", heating.USUAL)
    heating.wait_for_band(seven, "pi2a", "cool")
    applied(seven, "pi2a", "cool")


def test_switched_off_it_leaves_nothing(seven: LabUnderTest) -> None:
    with wishing.wished(seven, "thermal", enabled=False):
        dry = deploying.dry_run(seven.environment)
        run = deploying.apply(seven.environment)
        assert (run.code, run.errors, run.executed) == (0, 0, dry.announced), run.log
        for board in seven.boards.values():
            assert not seen.shell(board, "ls /usr/local/lib/picluster | grep thermal || :").strip()
            units = "systemctl list-unit-files --no-legend | grep thermal || :"
            assert not seen.shell(board, units).strip()
        again = deploying.apply(seven.environment)
        assert (again.code, again.changes, again.errors) == (0, 0, 0), again.executed
    hadoop_seen.mended(seven)


def _offered(under_test: LabUnderTest, name: str) -> tuple[int, int]:
    page = hadoop_seen.page(hadoop_seen.head(under_test), 8088, "/ws/v1/cluster/nodes")
    (found,) = [
        node["totalResource"]
        for node in page["nodes"]["node"]
        if node["nodeHostName"].partition(".")[0] == name
        and node["state"] in {"RUNNING", "UNHEALTHY"}
    ]
    return found["memory"], found["vCores"]


def _swarm(under_test: LabUnderTest, name: str) -> tuple[str, str]:
    (node,) = [
        node
        for node in swarm_seen.nodes(under_test.boards)
        if node["Description"]["Hostname"] == name
    ]
    return node["Spec"]["Availability"], node["Spec"]["Labels"]["pi.thermal"]


def _packages(board: Container) -> set[str]:
    listed = seen.shell(board, "dpkg-query -W -f '${Package} ${db:Status-Abbrev}\\n'")
    return {line.split()[0] for line in listed.splitlines() if line.split()[1] == "ii"}
