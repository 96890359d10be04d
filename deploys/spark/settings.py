"""The files of the Spark deploy, made from the plan."""

from collections.abc import Sequence
from pathlib import Path

from deploys.hadoop import settings as hadoop
from deploys.hadoop.units import unit
from deploys.spark import commands
from picluster.artefacts import Archive
from picluster.plan import hadoop_paths, spark_settings
from picluster.plan import spark_paths as paths
from picluster.plan.hadoop_daemons import SPARK_DAEMONS, SPARKHISTORYSERVER
from picluster.plan.hadoop_settings_core import core_settings
from picluster.plan.hdfs_directories import HdfsDirectory, spark_directories
from picluster.plan.node import Node
from picluster.plan.plan import Plan
from picluster.plan.tree import Entry, file

UNITS = tuple(daemon.unit for daemon in SPARK_DAEMONS)

_HISTORY = SPARKHISTORYSERVER.folder
_HISTORY_FILES = {
    "settings": f"{_HISTORY}/spark-defaults.conf",
    "logging": f"{_HISTORY}/log4j2.properties",
}

PATHS = sorted(
    {paths.CONF, paths.CONF.rpartition("/")[0], paths.DEFAULTS, paths.ENVIRONMENT, paths.LOGGING}
    | {_HISTORY, SPARKHISTORYSERVER.unit_file, f"{_HISTORY}/core-site.xml"}
    | set(_HISTORY_FILES.values())
    | {paths.JOB_RUNNER, *map(commands.path, commands.NAMES)}
)
"""All that may be written, with the folders that are ours alone."""


def files(plan: Plan, node: Node, archive: Archive | None) -> list[Entry]:
    """What a board gets: settings and commands where Spark's files are, and the history server.

    + archive: of the planned version; None where the plan has no Spark
    """
    if plan.spark is None or archive is None or node.name not in plan.spark.nodes:
        return []
    home = hadoop.home(archive)
    environment = spark_settings.environment(home, hadoop_paths.JAVA_HOME, hadoop_paths.CLIENT)
    return [
        file(
            paths.DEFAULTS, spark_settings.properties(spark_settings.job_settings(plan.spark, home))
        ),
        file(paths.ENVIRONMENT, environment),
        file(paths.LOGGING, _template("client.log4j2.properties")),
        *(
            file(commands.path(name), commands.command(name, home), mode="755")
            for name in commands.NAMES
        ),
        file(paths.JOB_RUNNER, _template("job-runner"), mode="755"),
        *(_history_files(plan, node, home) if node.name == plan.spark.history else []),
    ]


def _history_files(plan: Plan, node: Node, home: str) -> list[Entry]:
    sites = {"core-site.xml": core_settings(plan)}
    properties = spark_settings.properties(spark_settings.history_settings())
    settings = [
        *hadoop.site_files(_HISTORY, sites, SPARKHISTORYSERVER.role),
        file(_HISTORY_FILES["settings"], properties),
        file(_HISTORY_FILES["logging"], _template("daemon.log4j2.properties")),
    ]
    text = unit(SPARKHISTORYSERVER, node, home, [entry.path for entry in settings])
    return [*settings, file(SPARKHISTORYSERVER.unit_file, text)]


def _template(name: str) -> bytes:
    """A file as it lies beside this one."""
    return Path(__file__).with_name(name).read_bytes()


def digests(entries: Sequence[Entry]) -> dict[str, str]:
    """What each unit of these files notes when it starts."""
    return hadoop.digests(SPARK_DAEMONS, entries)


def directories(plan: Plan) -> tuple[HdfsDirectory, ...]:
    """What has to be in HDFS before a job starts."""
    return () if plan.spark is None else spark_directories()
