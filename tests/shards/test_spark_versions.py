"""Another version of Spark and back by one number; and boards of Debian 13."""

from collections.abc import Iterator

import pytest

from tests import conftest
from tests.conftest import LabUnderTest
from tests.lab import deploying, hadoop_seen, jobs, seen, spark_seen, wishing

OLD, NEW = "4.2.1", "4.3.0"
UDF_AND_CLUSTERS = ["1498500", "0.0 10.0"]
"""What that job has to write: three times the sum of 0 to 999, and the two values that there are.
"""


@pytest.fixture(scope="module")
def versions() -> Iterator[LabUnderTest]:
    """Seven boards with the older version."""
    yield from lab_of(7, {}, OLD)


@pytest.fixture(scope="module")
def trixie() -> Iterator[LabUnderTest]:
    """Three boards of Debian 13, with its Python and its Java."""
    yield from lab_of(3, dict.fromkeys(("pi8", "pi2a", "pi1a"), "trixie"), NEW)


def lab_of(count: int, releases: dict[str, str], version: str) -> Iterator[LabUnderTest]:
    """A lab, converged with a version of Spark; taken down at the end."""
    with conftest.blank_boards(count, releases) as under_test:
        wishing.wish(under_test, "spark", version=version)
        converge(under_test)
        yield under_test


def converge(under_test: LabUnderTest) -> deploying.Run:
    """A run does what its dry run said, a second one nothing; the first of these."""
    dry = deploying.dry_run(under_test.environment)
    assert dry.code == 0, dry.log
    run = deploying.apply(under_test.environment)
    assert (run.code, run.errors) == (0, 0), run.log
    assert run.executed == dry.announced
    again = deploying.apply(under_test.environment)
    assert (again.code, again.changes, again.errors) == (0, 0, 0), again.executed
    hadoop_seen.wait_until_as_planned(under_test)
    spark_seen.wait_until_history_answers(under_test)
    return run


def runs_a_job(under_test: LabUnderTest, folder: str, version: str) -> str:
    """It does, with this version, by the event log and by the program; the application's id."""
    head = under_test.boards[spark_seen.spark_plan(under_test).head]
    said = jobs.as_user(head, "spark-submit --version 2>&1")
    assert f"version {version}" in said, said
    before = set(spark_seen.applications(under_test))
    assert jobs.count_words(head, folder) == jobs.COUNTED
    (name,) = spark_seen.new_since(under_test, before)
    spark_seen.wait_until_shown(under_test, name)
    (attempt,) = spark_seen.completed(under_test)[name]["attempts"]
    assert attempt["appSparkVersion"] == version
    return name


def test_there_and_back_by_one_number(versions: LabUnderTest) -> None:
    assert f'version = "{OLD}"' in versions.lab.cluster_toml.read_text()
    shown = [runs_a_job(versions, "first", OLD)]
    history = spark_seen.history_process(versions)
    others = hadoop_seen.processes(versions)
    for version, folder in ((NEW, "second"), (OLD, "third")):
        wishing.wish(versions, "spark", version=version)
        converge(versions)
        shown.append(runs_a_job(versions, folder, version))
        spark_seen.wait_until_shown(versions, *shown)
        assert spark_seen.history_process(versions) not in (0, history), "the old one goes on"
        history = spark_seen.history_process(versions)
    # Nothing of Hadoop had to stop for it.
    assert hadoop_seen.restarted(others, hadoop_seen.processes(versions)) == set()
    spark_seen.no_executor_on_a_small_board(versions)
    hadoop_seen.nobody_was_killed(versions)


@pytest.mark.parametrize("mode", ["client", "cluster"])
def test_trixie_runs_udf_and_mllib(trixie: LabUnderTest, mode: str) -> None:
    head = trixie.boards[spark_seen.spark_plan(trixie).head]
    assert "Python 3.13" in seen.shell(head, "python3 --version")
    assert 'version "21' in seen.shell(head, "java -version 2>&1")
    folder = f"trixie-{mode}"
    jobs.clean(head, folder)
    options = ("--deploy-mode", mode)
    jobs.spark(head, "udf_and_clusters.py", folder, options=options)
    assert jobs.lines(head, folder) == UDF_AND_CLUSTERS
    assert jobs.count_words(head, f"words-{mode}", options) == jobs.COUNTED
    spark_seen.no_executor_on_a_small_board(trixie)
    hadoop_seen.nobody_was_killed(trixie)
