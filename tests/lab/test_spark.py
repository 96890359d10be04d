"""Spark on three boards: a job of an ordinary user, and its history.

More: tests/shards/test_spark.py, and tests/lab/drifts/spark.py.
"""

from tests.conftest import LabUnderTest
from tests.lab import hadoop_seen, jobs, spark_seen


def test_a_job_of_an_ordinary_user(converged: LabUnderTest) -> None:
    """In client mode; reads from HDFS and writes there, and the history server shows it."""
    head = converged.boards[spark_seen.spark_plan(converged).head]
    before = spark_seen.applications(converged).keys()
    assert jobs.count_words(head, "spark-words") == jobs.COUNTED
    (name,) = spark_seen.new_since(converged, set(before))
    spark_seen.wait_until_shown(converged, name)
    shown = spark_seen.completed(converged)[name]
    assert shown["name"] == "count words"
    assert [attempt["sparkUser"] for attempt in shown["attempts"]] == [jobs.USER]
    jobs.clean(head, "spark-words")


def test_executors_are_only_where_they_may_be(converged: LabUnderTest) -> None:
    spark_seen.no_executor_on_a_small_board(converged)
    allowed = set(spark_seen.spark_plan(converged).executor_nodes)
    assert set().union(*spark_seen.executors(converged).values()) <= allowed
    hadoop_seen.nobody_was_killed(converged)
