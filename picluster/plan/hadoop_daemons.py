"""Hadoop's daemons as systemd runs them: unit, user, main class."""

from dataclasses import dataclass

from picluster.plan import hadoop_ports as ports
from picluster.plan import spark_ports
from picluster.plan.daemons import HadoopRole
from picluster.plan.hadoop_paths import THERMAL_HEALTH, daemon_folder

GROUP = "hadoop"
HDFS_USER = "hdfs"
YARN_USER = "yarn"
MAPRED_USER = "mapred"
SPARK_USER = "spark"
USERS = (HDFS_USER, YARN_USER, MAPRED_USER, SPARK_USER)
"""All in the group hadoop, whose members administer HDFS."""


@dataclass(frozen=True, slots=True)
class Daemon:
    """A daemon of Hadoop."""

    role: HadoopRole
    unit: str
    user: str
    main_class: str
    title: str
    """For people: systemd's description."""
    port: int
    """Of its web page, which answers /jmx."""
    stop_seconds: int
    """How long systemd waits for its end before it kills it."""
    oom_score: int
    """OOMScoreAdjust: the kernel kills what has more first, so a job's task before a daemon."""
    jars: str = "lib"
    """Folder of its classes within the tree of its programs."""
    classes_mb: int = 96
    """MaxMetaspaceSize in MiB."""
    code_mb: int = 32
    """ReservedCodeCacheSize in MiB."""
    arguments: str = ""
    """That its main class is given."""
    programs: tuple[str, ...] = ()
    """Paths of programs that it looks for when it starts, and never later."""

    @property
    def folder(self) -> str:
        """Of its settings."""
        return daemon_folder(self.role)

    @property
    def unit_file(self) -> str:
        """Path of its unit."""
        return f"/etc/systemd/system/{self.unit}"


_SERVER = "org.apache.hadoop.hdfs.server"
_YARN = "org.apache.hadoop.yarn.server"

NAMENODE = Daemon(
    "namenode",
    "hdfs-namenode.service",
    HDFS_USER,
    f"{_SERVER}.namenode.NameNode",
    "HDFS NameNode",
    port=ports.NAMENODE_HTTP,
    stop_seconds=300,
    oom_score=-500,
)
SECONDARYNAMENODE = Daemon(
    "secondarynamenode",
    "hdfs-secondarynamenode.service",
    HDFS_USER,
    f"{_SERVER}.namenode.SecondaryNameNode",
    "HDFS SecondaryNameNode",
    port=ports.SECONDARY_HTTP,
    stop_seconds=60,
    oom_score=-100,
)
DATANODE = Daemon(
    "datanode",
    "hdfs-datanode.service",
    HDFS_USER,
    f"{_SERVER}.datanode.DataNode",
    "HDFS DataNode",
    port=ports.DATANODE_HTTP,
    stop_seconds=60,
    oom_score=-300,
)
RESOURCEMANAGER = Daemon(
    "resourcemanager",
    "yarn-resourcemanager.service",
    YARN_USER,
    f"{_YARN}.resourcemanager.ResourceManager",
    "YARN ResourceManager",
    port=ports.RESOURCEMANAGER_HTTP,
    stop_seconds=60,
    oom_score=-500,
)
NODEMANAGER = Daemon(
    "nodemanager",
    "yarn-nodemanager.service",
    YARN_USER,
    f"{_YARN}.nodemanager.NodeManager",
    "YARN NodeManager",
    port=ports.NODEMANAGER_HTTP,
    stop_seconds=60,
    # Its containers inherit it: they have to go before any daemon.
    oom_score=0,
    programs=(THERMAL_HEALTH,),
)
HISTORYSERVER = Daemon(
    "historyserver",
    "mapred-historyserver.service",
    MAPRED_USER,
    "org.apache.hadoop.mapreduce.v2.hs.JobHistoryServer",
    "MapReduce history server",
    port=ports.HISTORY_HTTP,
    stop_seconds=60,
    oom_score=-100,
)

SPARKHISTORYSERVER = Daemon(
    "sparkhistoryserver",
    "spark-historyserver.service",
    SPARK_USER,
    "org.apache.spark.deploy.history.HistoryServer",
    "Spark history server",
    port=spark_ports.HISTORY_HTTP,
    stop_seconds=60,
    oom_score=-100,
    jars="jars",
    classes_mb=128,
    code_mb=48,
    arguments=f"--properties-file {daemon_folder('sparkhistoryserver')}/spark-defaults.conf",
)

HDFS_DAEMONS = (NAMENODE, SECONDARYNAMENODE, DATANODE)
YARN_DAEMONS = (RESOURCEMANAGER, NODEMANAGER, HISTORYSERVER)
SPARK_DAEMONS = (SPARKHISTORYSERVER,)
"""Each in the order of their start."""
