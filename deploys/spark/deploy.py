"""The Spark deploy."""

from pyinfra import host
from pyinfra.api import deploy

from deploys import hadoop, hdfs, preflight, thermal
from deploys.roles import hosts
from deploys.spark import settings
from deploys.spark.refusing import refuse
from operations import daemon, spark, verify
from operations import hdfs as hdfs_operations
from picluster.artefacts import SPARK
from picluster.plan.hadoop_daemons import SPARKHISTORYSERVER
from picluster.plan.spark_paths import PACKAGES

__all__ = ["apply", "refuse"]


@deploy("Spark")
def apply() -> None:
    """Installs Spark, and has its history server run with the wished settings.

    HDFS and YARN have to be there: deploys.hdfs.apply, deploys.yarn.apply.
    """
    preflight.apply()
    plan, namenode = host.data.plan.spark, hdfs.namenode()
    if plan is None or namenode is None:
        _remove()
        return
    refuse()
    hdfs.refuse()
    archive = SPARK[plan.version]
    files = settings.files(host.data.plan, host.data.node, archive)
    digests = settings.digests(files)
    present = host.data.node.name in plan.nodes
    daemon.stop(
        name="Stop a history server that is elsewhere now",
        units=[unit for unit in settings.UNITS if unit not in digests],
    )
    hadoop.install()
    spark.packages(
        name="Install Python", packages=list(PACKAGES), present=present, hold=thermal.hold()
    )
    hadoop.spread("Spark", archive, offered=True, present=present)
    daemon.settings(
        name="Write Spark's settings",
        entries=files,
        units=list(settings.UNITS),
        absent=settings.PATHS,
    )
    hdfs_operations.directories(
        name="Make Spark's directory in HDFS",
        namenode=namenode,
        wished=settings.directories(host.data.plan),
    )
    page = f"http://{host.data.plan.node(plan.history).node.address}:{SPARKHISTORYSERVER.port}"
    version = f"{page}/api/v1/version"
    ready = {SPARKHISTORYSERVER.unit: f'{version} "{plan.version}"'}
    own = hadoop.units_of(SPARKHISTORYSERVER, digests)
    daemon.start(name="Start the history server", units=own, ready=ready, present=bool(own))
    daemon.restart(name="Restart the history server", units=own, ready=ready, present=bool(own))
    verify.spark(
        name="Verify Spark", history=hosts()[plan.history], page=page, version=plan.version
    )


def _remove() -> None:
    """Takes the history server, settings and commands away; programs and logs of jobs stay."""
    daemon.stop(name="Stop Spark's history server", units=list(settings.UNITS))
    daemon.settings(
        name="Remove Spark's settings",
        entries=[],
        units=list(settings.UNITS),
        absent=settings.PATHS,
    )
    # Of whatever version it is.
    archive = SPARK[host.data.cluster.spark.version]
    hadoop.spread("Spark", archive, offered=False, present=False)
