"""mapred-site.xml. Reasons and sources: docs/hadoop-settings.md."""

from picluster.plan import hadoop_paths as paths
from picluster.plan import hadoop_ports as ports
from picluster.plan.hadoop_daemons import GROUP, MAPRED_USER
from picluster.plan.hadoop_xml import CLIENT, Setting, settings_of
from picluster.plan.hdfs_directories import HISTORY_DONE, HISTORY_INTERMEDIATE, STAGING
from picluster.plan.plan import Plan

TASK_MB = 256
"""Container of a task and of a job's master, in MiB: a 1 GB board has room for one."""
TASK_HEAP_MB = 128
SORT_MB = 32

_TASK_FLAGS = f"-Xmx{TASK_HEAP_MB}m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
_MASTER_FLAGS = f"{_TASK_FLAGS} -Xss256k -XX:ReservedCodeCacheSize=24m"


def mapred_settings(plan: Plan) -> list[Setting]:
    """Those of mapred-site.xml, of all readers."""
    server = plan.only("historyserver")
    return [
        *settings_of(
            {"historyserver", CLIENT},
            {
                "mapreduce.jobhistory.address": f"{server}:{ports.HISTORY_RPC}",
                "mapreduce.jobhistory.webapp.address": f"{server}:{ports.HISTORY_HTTP}",
                "mapreduce.jobhistory.admin.address": f"{server}:{ports.HISTORY_ADMIN}",
                "yarn.app.mapreduce.am.staging-dir": STAGING,
                "mapreduce.jobhistory.intermediate-done-dir": HISTORY_INTERMEDIATE,
                "mapreduce.jobhistory.done-dir": HISTORY_DONE,
            },
        ),
        *settings_of(
            {"historyserver"}, {"mapreduce.jobhistory.admin.acl": f"{MAPRED_USER},root {GROUP}"}
        ),
        *settings_of({CLIENT}, _JOB),
    ]


_JOB: dict[str, object] = {
    "mapreduce.framework.name": "yarn",
    "mapreduce.application.classpath": f"{paths.CLIENT}:{paths.LINK}/lib/*",
    "yarn.app.mapreduce.am.resource.mb": TASK_MB,
    "yarn.app.mapreduce.am.command-opts": _MASTER_FLAGS,
    "mapreduce.map.memory.mb": TASK_MB,
    "mapreduce.map.java.opts": _TASK_FLAGS,
    "mapreduce.reduce.memory.mb": TASK_MB,
    "mapreduce.reduce.java.opts": _TASK_FLAGS,
    "mapreduce.task.io.sort.mb": SORT_MB,
}
"""Of one job: what commands send with it."""
