"""Spark's settings: of jobs, and of the history server. Reasons and sources:
docs/spark-settings.md."""

from collections.abc import Mapping

from picluster.plan import spark_paths as paths
from picluster.plan import spark_ports as ports
from picluster.plan.hadoop_xml import NOTICE
from picluster.plan.hdfs_directories import SPARK_EVENTS
from picluster.plan.spark import SparkPlan

EVENTS = f"hdfs://{SPARK_EVENTS}"

IDLE = "60s"
"""An executor without work goes after this time, …"""
IDLE_WITH_DATA = "600s"
"""… and after this one when it has cached blocks or shuffle files that may be wanted again."""

FIRST_EXECUTORS = 2
"""Asked for at once; more when tasks wait for longer than a second."""

PARTITIONS_PER_EXECUTOR = 2
"""Spark's tuning guide: two to three tasks per core."""

PYTHON_MB = 128
"""Of a Python worker's aggregation, before it goes on on disk. The overhead of 384 MiB has to hold
the JVM's own 150 and 100 of Python beside it."""

RESULT_MB = 256
"""Half of the smallest driver's heap."""

_JAVA = "-XX:+UseSerialGC -XX:-UsePerfData -Djava.net.preferIPv4Stack=true"
"""Stacks have Java's own size: only what is used of one takes memory, and a deep plan of SQL needs
it."""
_MASTER = f"{_JAVA} -XX:TieredStopAtLevel=1 -Xss512k -XX:ReservedCodeCacheSize=32m"


def job_settings(plan: SparkPlan, home: str) -> dict[str, str]:
    """Those of spark-defaults.conf, which a job may change for itself.

    + home: folder of the version's programs, which is no link: so a job that runs keeps them
    """
    wished: dict[str, object] = {
        "spark.master": "yarn",
        "spark.yarn.jars": f"local:{paths.jars(home)}",
        "spark.yarn.appMasterEnv.SPARK_HOME": home,
        "spark.executorEnv.SPARK_HOME": home,
        "spark.authenticate": True,
        "spark.yarn.historyServer.address": f"{plan.history}:{ports.HISTORY_HTTP}",
        "spark.eventLog.enabled": True,
        "spark.eventLog.dir": EVENTS,
        **_memory(plan),
        **_executors(plan),
        **_ports(),
        **_sql(plan),
    }
    return {key: _text(value) for key, value in wished.items()}


def _memory(plan: SparkPlan) -> dict[str, object]:
    return {
        "spark.driver.memory": f"{plan.driver_heap_mb}m",
        "spark.driver.memoryOverhead": f"{plan.driver_overhead_mb}m",
        "spark.driver.maxResultSize": f"{RESULT_MB}m",
        "spark.driver.defaultJavaOptions": _JAVA,
        "spark.yarn.am.memory": f"{plan.am_heap_mb}m",
        "spark.yarn.am.memoryOverhead": f"{plan.am_overhead_mb}m",
        "spark.yarn.am.defaultJavaOptions": _MASTER,
        "spark.executor.cores": 1,
        "spark.executor.memory": f"{plan.executor.heap_mb}m",
        "spark.executor.memoryOverhead": f"{plan.executor.overhead_mb}m",
        "spark.executor.defaultJavaOptions": _JAVA,
        "spark.python.worker.memory": f"{PYTHON_MB}m",
    }


def _executors(plan: SparkPlan) -> dict[str, object]:
    prefix = "spark.dynamicAllocation"
    return {
        f"{prefix}.enabled": True,
        f"{prefix}.initialExecutors": min(FIRST_EXECUTORS, plan.max_executors),
        f"{prefix}.maxExecutors": plan.max_executors,
        f"{prefix}.executorIdleTimeout": IDLE,
        f"{prefix}.cachedExecutorIdleTimeout": IDLE_WITH_DATA,
        f"{prefix}.shuffleTracking.timeout": IDLE_WITH_DATA,
    }


def _ports() -> dict[str, object]:
    return {
        "spark.driver.port": ports.DRIVER,
        "spark.driver.blockManager.port": ports.DRIVER_BLOCKS,
        "spark.blockManager.port": ports.EXECUTOR_BLOCKS,
        "spark.ui.port": ports.DRIVER_HTTP,
        "spark.port.maxRetries": ports.RETRIES,
    }


def _sql(plan: SparkPlan) -> dict[str, object]:
    arrow = "spark.sql.execution"
    return {
        "spark.sql.shuffle.partitions": PARTITIONS_PER_EXECUTOR * plan.max_executors,
        "spark.sql.catalogImplementation": "in-memory",
        # No path of a file system's root: below the home of the job's user, in HDFS.
        "spark.sql.warehouse.dir": "spark-warehouse",
        f"{arrow}.arrow.pyspark.enabled": False,
        f"{arrow}.pythonUDF.arrow.enabled": False,
        f"{arrow}.pythonUDTF.arrow.enabled": False,
    }


def history_settings() -> dict[str, str]:
    """Those of the history server alone."""
    return {
        "spark.history.fs.logDirectory": EVENTS,
        "spark.history.ui.port": str(ports.HISTORY_HTTP),
        "spark.history.retainedApplications": "10",
        "spark.history.fs.cleaner.enabled": "true",
        "spark.history.fs.cleaner.maxNum": "200",
    }


def properties(settings: Mapping[str, str]) -> str:
    """The file with these settings, in their order."""
    lines = [f"# {NOTICE}", *(f"{key} {value}" for key, value in settings.items()), ""]
    return "\n".join(lines)


def environment(home: str, java: str, hadoop: str) -> str:
    """spark-env.sh, which Spark's commands read; what the user has set already stays.

    + home: folder of the version's programs
    + java: folder of Java
    + hadoop: folder of the settings of HDFS's and YARN's clients
    """
    archives = ",".join(f"local:{path}" for path in paths.python_archives(home))
    values = {
        "HADOOP_CONF_DIR": hadoop,
        "JAVA_HOME": java,
        "PYSPARK_PYTHON": paths.PYTHON,
        "MALLOC_ARENA_MAX": "2",
        # Of the short program that makes Spark's command line, before Spark itself starts.
        "SPARK_LAUNCHER_OPTS": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData",
    }
    return "\n".join(
        [
            f"# {NOTICE}",
            *(f'export {key}="${{{key}:-{value}}}"' for key, value in values.items()),
            f'export PYSPARK_ARCHIVES_PATH="{archives}"',
            "",
        ]
    )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
