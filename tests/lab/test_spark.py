"""Spark on three boards: a job of an ordinary user, its history, and a setting edited by hand.

More: tests/shards/test_spark.py.
"""

from tests.conftest import LabUnderTest
from tests.lab import hadoop_seen, jobs, seen, spark_seen

EDIT = "sed -i 's/^spark.sql.shuffle.partitions .*/spark.sql.shuffle.partitions 99/'"
DEFAULTS = "/etc/spark/conf/spark-defaults.conf"
WRITE, START = "Spark | Write Spark's settings", "Spark | Start the history server"


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


def test_settings_edited_by_hand_and_a_killed_history_server(converged: LabUnderTest) -> None:
    planned = spark_seen.spark_plan(converged)
    head, history = converged.boards[planned.head], converged.boards[planned.history]
    whole = seen.shell(head, f"cat {DEFAULTS}")
    seen.shell(head, f"{EDIT} {DEFAULTS}")
    assert seen.shell(head, f"cat {DEFAULTS}") != whole, "nothing was edited"
    seen.shell(history, f"systemctl stop {spark_seen.UNIT}")
    run = hadoop_seen.mended(converged)
    assert run.executed == {WRITE: frozenset({planned.head}), START: frozenset({planned.history})}
    assert seen.shell(head, f"cat {DEFAULTS}") == whole
    spark_seen.wait_until_history_answers(converged)
