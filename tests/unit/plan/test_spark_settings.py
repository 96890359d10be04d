"""Spark's settings: sizes of the plan, ports that never meet, versions in every path."""

import pytest

from picluster.plan import spark_ports as ports
from picluster.plan.executors import SMALLEST_HEAP_MB
from picluster.plan.plan import make_plan
from picluster.plan.spark import SparkPlan
from picluster.plan.spark_settings import (
    environment,
    history_settings,
    job_settings,
    properties,
)
from tests.facts import apart
from tests.unit.plan.clusters import cluster

HOME = "/opt/spark-4.3.0-0123456789ab"


def plan_of(*boards: int) -> SparkPlan:
    """Of boards with so many GB."""
    spark = make_plan(cluster(*({"memory_gb": memory} for memory in boards))).spark
    assert spark is not None
    return spark


def settings(*boards: int) -> dict[str, str]:
    return job_settings(plan_of(*boards), HOME)


def mb(text: str) -> int:
    assert text.endswith("m")
    return int(text.removesuffix("m"))


@pytest.mark.parametrize("boards", [(8, 4, 2), (4, 4), (8, 8, 8, 8)], ids=str)
def test_sizes_are_the_plans(boards: tuple[int, ...]) -> None:
    plan, found = plan_of(*boards), settings(*boards)
    shape = plan.executor
    assert mb(found["spark.executor.memory"]) == shape.heap_mb >= SMALLEST_HEAP_MB
    assert mb(found["spark.executor.memoryOverhead"]) == shape.overhead_mb
    assert found["spark.executor.cores"] == "1"
    # Spark ends a driver with less, as it does an executor.
    assert mb(found["spark.driver.memory"]) >= SMALLEST_HEAP_MB
    master = mb(found["spark.yarn.am.memory"]) + mb(found["spark.yarn.am.memoryOverhead"])
    assert master == plan.am_heap_mb + plan.am_overhead_mb
    assert mb(found["spark.driver.maxResultSize"]) < mb(found["spark.driver.memory"])
    assert mb(found["spark.python.worker.memory"]) < mb(found["spark.executor.memoryOverhead"])


@pytest.mark.parametrize("boards", [(8, 4, 2), (4, 4), (8, 8, 8, 8)], ids=str)
def test_executors_are_as_many_as_fit(boards: tuple[int, ...]) -> None:
    plan, found = plan_of(*boards), settings(*boards)
    first, most = (
        int(found[f"spark.dynamicAllocation.{key}Executors"]) for key in ("initial", "max")
    )
    assert 1 <= first <= most == plan.max_executors
    assert int(found["spark.sql.shuffle.partitions"]) == 2 * most


def test_an_idle_shell_gives_all_its_executors_back() -> None:
    found = settings(8, 4)
    # Without end in Spark, for one with cached blocks and for one with shuffle files.
    for key in (
        "executorIdleTimeout",
        "cachedExecutorIdleTimeout",
        "shuffleTracking.timeout",
    ):
        assert 0 < int(found[f"spark.dynamicAllocation.{key}"].removesuffix("s")) <= 600
    assert "spark.dynamicAllocation.minExecutors" not in found  # 0


def test_ports_of_many_jobs_never_meet() -> None:
    found = settings(8, 4)
    tries = int(found["spark.port.maxRetries"])
    firsts = sorted(int(value) for key, value in found.items() if key.endswith(".port"))
    assert len(firsts) == 4
    for port, following in zip(firsts, [*firsts[1:], 30000], strict=True):
        assert port > 1024
        assert port + tries < following
    assert ports.HISTORY_HTTP not in {p + i for p in firsts for i in range(tries + 1)}


def test_every_path_names_the_version() -> None:
    found = settings(8, 4)
    named = [value for value in found.values() if "/opt/" in value]
    assert len(named) == 3
    assert all(value.removeprefix("local:").startswith(HOME) for value in named)


def test_flags_go_before_the_jobs_own() -> None:
    found = settings(8, 4)
    flags = {key: value for key, value in found.items() if key.endswith("JavaOptions")}
    assert len(flags) == 3
    # With `extraJavaOptions` a job that has its own would lose these.
    assert all(key.endswith(".defaultJavaOptions") for key in flags)
    # The size that the smallest heap was computed for.
    assert all("-XX:+UseSerialGC" in value for value in flags.values())
    # Spark refuses a heap among them.
    assert not any("-Xmx" in value for value in flags.values())


def test_tables_are_kept_in_hdfs_below_the_users_home() -> None:
    found = settings(8, 4)
    assert found["spark.sql.catalogImplementation"] == "in-memory"
    folder = found["spark.sql.warehouse.dir"]
    assert ":" not in folder
    assert not folder.startswith("/")


def test_a_board_without_pyarrow_runs_functions_of_python() -> None:
    found = settings(8, 4)
    arrow = {key: value for key, value in found.items() if "arrow" in key}
    assert len(arrow) == 3
    assert set(arrow.values()) == {"false"}


def test_the_history_server_reads_what_jobs_write_and_clears_it_away() -> None:
    found = history_settings()
    assert found["spark.history.fs.logDirectory"] == settings(8, 4)["spark.eventLog.dir"]
    assert found["spark.history.fs.cleaner.enabled"] == "true"
    _, _, port = settings(8, 4)["spark.yarn.historyServer.address"].partition(":")
    assert found["spark.history.ui.port"] == port


def test_a_file_of_settings() -> None:
    text = properties({"spark.a": "b c", "spark.d": "-XX:+E=1"})
    notice, *lines = text.splitlines()
    assert notice.startswith("# Written by PiCluster")
    assert lines == ["spark.a b c", "spark.d -XX:+E=1"]


def _sourced(**given: str) -> dict[str, str]:
    text = environment(HOME, "/usr/lib/jvm/default-java", "/etc/hadoop/conf")
    done = apart.run(
        ["/bin/bash", "-c", f"{text}\nenv"],
        env=given,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return dict(line.split("=", 1) for line in done.stdout.splitlines())


def test_the_environment_of_commands() -> None:
    found = _sourced()
    assert found["HADOOP_CONF_DIR"] == "/etc/hadoop/conf"
    assert found["JAVA_HOME"] == "/usr/lib/jvm/default-java"
    assert found["PYSPARK_PYTHON"] == "/usr/bin/python3"
    for path in found["PYSPARK_ARCHIVES_PATH"].split(","):
        # No copy of them is sent with each job.
        assert path.startswith(f"local:{HOME}/python/lib/")


def test_what_the_user_has_set_stays() -> None:
    found = _sourced(PYSPARK_PYTHON="/home/pi/venv/bin/python", JAVA_HOME="/opt/my java")
    assert found["PYSPARK_PYTHON"] == "/home/pi/venv/bin/python"
    assert found["JAVA_HOME"] == "/opt/my java"
