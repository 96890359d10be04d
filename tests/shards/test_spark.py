"""Spark on seven boards: how it comes and goes, and what happens to it while jobs run.

The jobs themselves: tests/shards/test_spark_jobs.py.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from picluster.lab import machine
from tests import conftest
from tests.conftest import LabUnderTest
from tests.lab import (
    accidents,
    deploying,
    hadoop_seen,
    jobs,
    seen,
    spark_seen,
    wishing,
)

SPARK = "deploys.spark.apply"
WORKERS = ("pi4", "pi2a", "pi2b")
"""Boards that carry executors and no driver."""
HISTORY_SETTINGS = "/etc/hadoop/sparkhistoryserver"


@pytest.fixture(scope="module")
def spark_seven() -> Iterator[tuple[LabUnderTest, deploying.Run, deploying.Run]]:
    """Seven boards that had HDFS and YARN when Spark came by its own deploy; its two runs."""
    with conftest.blank_boards(7) as under_test:
        for service in ("base", "docker", "swarm", "hdfs", "yarn"):
            first = deploying.apply(under_test.environment, deploy=f"deploys.{service}.apply")
            assert (first.code, first.errors) == (0, 0), first.log
        dry = deploying.dry_run(under_test.environment, deploy=SPARK)
        run = deploying.apply(under_test.environment, deploy=SPARK)
        yield under_test, dry, run


@pytest.fixture
def seven(spark_seven: tuple[LabUnderTest, deploying.Run, deploying.Run]) -> LabUnderTest:
    """The same, healthy before each test."""
    under_test, _, _ = spark_seven
    hadoop_seen.wait_until_as_planned(under_test)
    hadoop_seen.is_healthy(under_test)
    spark_seen.wait_until_history_answers(under_test)
    return under_test


def nothing_to_do(under_test: LabUnderTest) -> None:
    """A whole run changes nothing."""
    run = deploying.apply(under_test.environment)
    assert (run.code, run.changes, run.errors) == (0, 0, 0), run.executed


def test_spark_came_by_its_own_deploy(
    seven: LabUnderTest, spark_seven: tuple[LabUnderTest, deploying.Run, deploying.Run]
) -> None:
    _, dry, run = spark_seven
    assert (run.code, run.errors) == (0, 0), run.log
    assert run.executed == dry.announced
    assert run.executed, "nothing was done"
    planned = spark_seen.spark_plan(seven)
    for name, board in seven.boards.items():
        there = machine.run(board, "test", "-e", "/opt/spark/jars")[0] == 0
        assert there is (name in planned.nodes), name
    whole = deploying.apply(seven.environment)
    assert (whole.code, whole.errors) == (0, 0), whole.log
    assert {name.partition(" | ")[0] for name in whole.executed} == {"Portainer"}
    nothing_to_do(seven)


def test_a_worker_loses_its_power_during_a_job(seven: LabUnderTest) -> None:
    before = set(spark_seen.applications(seven))
    with jobs.summing(spark_seen.head(seven), "cut", 60, 2) as job:
        victim = seven.boards[spark_seen.wait_for_executor(seven, *WORKERS)]
        machine.cut_power(victim)
        assert not job.done(), "the job was over before the power was"
    try:
        assert job.result() == jobs.sum_of_squares(60)
        spark_seen.new_since(seven, before)
    finally:
        machine.start(victim)
    hadoop_seen.wait_until_as_planned(seven)
    hadoop_seen.mended(seven)
    hadoop_seen.wait_until_copied(seven)


def test_the_head_is_rebooted_between_two_jobs(seven: LabUnderTest) -> None:
    before = set(spark_seen.applications(seven))
    assert jobs.count_words(spark_seen.head(seven), "first") == jobs.COUNTED
    (first,) = spark_seen.new_since(seven, before)
    seven.lab.restart(spark_seen.spark_plan(seven).head)
    hadoop_seen.wait_until_as_planned(seven)
    assert jobs.count_words(spark_seen.head(seven), "second") == jobs.COUNTED
    (second,) = spark_seen.new_since(seven, before | {first})
    spark_seen.wait_until_history_answers(seven)
    spark_seen.wait_until_shown(seven, first, second)
    nothing_to_do(seven)


def test_the_history_server_restarts_for_its_own_settings_alone(seven: LabUnderTest) -> None:
    """Not for those of jobs; and for one of its own that is in force."""
    process = spark_seen.history_process(seven)
    with wishing.wished(seven, "spark", executor="medium"):
        run = hadoop_seen.mended(seven)
        assert run.executed.keys() == {"Spark | Write Spark's settings"}
    hadoop_seen.mended(seven)
    assert spark_seen.history_process(seven) == process != 0

    board = spark_seen.history_board(seven)
    others = hadoop_seen.processes(seven)
    folder = f"{HISTORY_SETTINGS}/spark-defaults.conf"
    seen.shell(board, f"echo 'spark.history.retainedApplications 3' >>{folder}")
    seen.shell(board, f"systemctl restart {spark_seen.UNIT}")
    process = spark_seen.history_process(seven)
    run = hadoop_seen.mended(seven)
    one = frozenset({spark_seen.spark_plan(seven).history})
    assert run.executed == {
        "Spark | Write Spark's settings": one,
        "Spark | Restart the history server": one,
    }
    assert spark_seen.history_process(seven) not in (0, process)
    assert hadoop_seen.restarted(others, hadoop_seen.processes(seven)) == set()


def test_a_running_application_survives_other_settings(seven: LabUnderTest) -> None:
    """In force for the next one; that which runs goes on with its own."""
    before = set(spark_seen.applications(seven))
    with jobs.summing(spark_seen.head(seven), "survivor", 60, 2) as job:
        spark_seen.wait_for_executor(seven, *seven.boards)
        with wishing.wished(seven, "spark", executor="medium"):
            run = deploying.apply(seven.environment)
            assert "Spark | Write Spark's settings" in run.executed, run.log
            assert not job.done(), "the job was over before the settings came"
            assert job.result() == jobs.sum_of_squares(60)
            spark_seen.new_since(seven, before)
            memory = spark_seen.spark_plan(seven).executor.heap_mb
            defaults = seen.shell(spark_seen.head(seven), "cat /etc/spark/conf/spark-defaults.conf")
            assert re.search(rf"^spark\.executor\.memory\s+{memory}m$", defaults, re.M)
    hadoop_seen.mended(seven)


@pytest.mark.parametrize("options", [(), ("--limit", "pi2a")], ids=["all", "one"])
def test_its_deploy_alone_finds_nothing_to_do(
    seven: LabUnderTest, options: tuple[str, ...]
) -> None:
    run = deploying.apply(seven.environment, *options, deploy=SPARK)
    assert (run.code, run.changes, run.errors) == (0, 0, 0), run.log


def test_a_board_with_a_new_card(seven: LabUnderTest) -> None:
    """Of another Debian release it is refused, since its Python is another; then it gets all."""
    whole = spark_seen.laid(seven.boards["pi2b"])
    seven.lab.reflash("pi2b", "trixie")
    trust(seven, "pi2b")
    blank = seen.disk(seven.boards["pi2b"])
    for run in (
        deploying.dry_run(seven.environment, deploy=SPARK),
        deploying.apply(seven.environment, deploy=SPARK),
    ):
        assert run.code == 1
        assert re.search(r"\[pi2b\].*trixie", run.log), run.log
        assert "Traceback" not in run.log
    assert sorted(seen.disk(seven.boards["pi2b"]) ^ blank) == []
    assert machine.run(seven.boards["pi2b"], "test", "-e", "/opt/spark")[0] != 0

    seven.lab.reflash("pi2b", "bookworm")
    trust(seven, "pi2b")
    accidents.wait_until_down(seven, "pi2b")
    run = deploying.apply(seven.environment)
    assert (run.code, run.errors) == (0, 0), run.log
    assert spark_seen.laid(seven.boards["pi2b"]) == whole
    hadoop_seen.wait_until_as_planned(seven)
    nothing_to_do(seven)
    hadoop_seen.wait_until_copied(seven)


def trust(under_test: LabUnderTest, name: str) -> None:
    """As its owner does."""
    seen.let_sudo_be_used_once(under_test.boards[name])
    accidents.trust(under_test, name)


def test_without_spark_and_back(seven: LabUnderTest) -> None:
    planned = spark_seen.spark_plan(seven)
    before = {name: spark_seen.laid(seven.boards[name]) for name in planned.nodes}
    gone = [f"/usr/local/bin/{name}" for name in spark_seen.COMMANDS]
    gone += ["/etc/spark", HISTORY_SETTINGS, f"/etc/systemd/system/{spark_seen.UNIT}.service"]
    with wishing.wished(seven, "spark", enabled=False):
        run = hadoop_seen.mended(seven)
        assert set().union(*run.executed.values()) == set(planned.nodes)
        for name, board in seven.boards.items():
            left = [path for path in gone if machine.run(board, "test", "-e", path)[0] == 0]
            assert left == [], name
            assert hadoop_seen.process(board, spark_seen.UNIT) == 0
        assert 3 < jobs.pi(seven.boards["pi1a"]) < 3.3
    hadoop_seen.mended(seven)
    assert {name: spark_seen.laid(seven.boards[name]) for name in planned.nodes} == before
    spark_seen.wait_until_history_answers(seven)
    assert jobs.count_words(spark_seen.head(seven), "back") == jobs.COUNTED


def test_nobody_ran_out_of_memory_and_small_boards_had_no_executor(seven: LabUnderTest) -> None:
    """After two jobs at once; the last one, so that it sees what all others left."""
    with ThreadPoolExecutor(2) as pool:
        words = pool.submit(jobs.count_words, spark_seen.head(seven), "last")
        estimate = pool.submit(jobs.pi, seven.boards["pi1a"], 7)
    assert words.result() == jobs.COUNTED
    assert 3 < estimate.result() < 3.3
    finished = {
        name
        for name, found in spark_seen.applications(seven).items()
        if found["finalStatus"] == "SUCCEEDED"
    }
    spark_seen.wait_until_shown(seven, *finished)
    spark_seen.no_executor_on_a_small_board(seven)
    hadoop_seen.nobody_was_killed(seven)
