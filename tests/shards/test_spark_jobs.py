"""Jobs on seven boards: the examples in both modes, formats, failures, two at once.

What happens to Spark meanwhile: tests/shards/test_spark.py.
"""

import re

import pytest

from tests.conftest import LabUnderTest
from tests.lab import hadoop_seen, jobs, spark_examples, spark_seen

MODES = ("client", "cluster")


@pytest.fixture
def seven(deployed_seven: LabUnderTest) -> LabUnderTest:
    """The same, healthy before each test."""
    hadoop_seen.wait_until_as_planned(deployed_seven)
    hadoop_seen.is_healthy(deployed_seven)
    spark_seen.wait_until_history_answers(deployed_seven)
    return deployed_seven


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("example", spark_examples.EXAMPLES)
def test_examples(seven: LabUnderTest, example: str, mode: str) -> None:
    spark_examples.put_text(spark_seen.head(seven))
    before = set(spark_seen.applications(seven))
    done = spark_examples.submit(seven, example, cluster=mode == "cluster")
    assert done.code == 0, done.log
    (name,) = spark_seen.new_since(seven, before)
    output = (
        done.output
        if mode == "client"
        else spark_examples.driver_output(spark_seen.head(seven), name)
    )
    assert re.search(spark_examples.EXAMPLES[example].expected, output), f"{output}\n{done.log}"
    spark_seen.wait_until_shown(seven, name)


def test_a_failed_job_fails_in_both_modes(seven: LabUnderTest) -> None:
    for cluster in (False, True):
        before = set(spark_seen.applications(seven))
        done = spark_examples.submit(seven, "word_count.py", "no-such-file", cluster=cluster)
        assert done.code != 0, done.output
        new = [a for name, a in spark_seen.applications(seven).items() if name not in before]
        assert {a["state"] for a in new} <= {"FINISHED", "FAILED"}


def test_two_applications_at_once(seven: LabUnderTest) -> None:
    before = set(spark_seen.applications(seven))
    with (
        jobs.summing(spark_seen.head(seven), "one", 30, 1.5) as one,
        jobs.summing(seven.boards["pi4"], "other", 30, 1.5) as other,
    ):
        at_once = spark_seen.wait_until_running(seven, 2)
    assert (one.result(), other.result()) == (jobs.sum_of_squares(30),) * 2
    assert spark_seen.new_since(seven, before).keys() == at_once


@pytest.mark.parametrize("mode", MODES)
def test_formats(seven: LabUnderTest, mode: str) -> None:
    board, folder = spark_seen.head(seven), f"formats-{mode}"
    jobs.clean(board, folder)
    jobs.spark(board, "formats.py", folder, options=("--deploy-mode", mode))
    expected = [f'{kind} 1000 499500 7 – Grüße, "x"' for kind in ("parquet", "orc", "csv", "json")]
    assert jobs.lines(board, f"{folder}/found") == expected
    for kind in ("parquet", "orc", "csv", "json"):
        listed = jobs.as_user(board, f"hdfs dfs -ls {folder}/{kind}")
        assert re.search(rf"part-\S+\.{kind}\b", listed), listed
    jobs.clean(board, folder)


def test_nobody_ran_out_of_memory_and_small_boards_had_no_executor(seven: LabUnderTest) -> None:
    """The last one, so that it sees what all others left."""
    assert spark_seen.applications(seven), "no job ran"
    spark_seen.no_executor_on_a_small_board(seven)
    hadoop_seen.nobody_was_killed(seven)
