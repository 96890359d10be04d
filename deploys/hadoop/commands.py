"""The commands hdfs, yarn and mapred: what each word after them starts.

Classes and words are those of Hadoop's own scripts (bin/hdfs, bin/yarn and bin/mapred of 3.5.0),
which come with its release but with none of its jars.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

from deploys.hadoop.units import JAVA
from picluster.plan import hadoop_paths as paths
from picluster.plan.hadoop_daemons import HISTORYSERVER, NODEMANAGER, RESOURCEMANAGER, Daemon

_TOOLS = "org.apache.hadoop.hdfs.tools"
_SERVER = "org.apache.hadoop.hdfs.server"
_YARN = "org.apache.hadoop.yarn.client.cli"

HEAP_MB = 128
"""Of a command; HADOOP_CLIENT_OPTS=-Xmx512m gives it more."""


@dataclass(frozen=True, slots=True)
class Command:
    """One of the commands."""

    name: str
    words: Mapping[str, tuple[str, str]]
    """Word to its class and what it is for."""
    services: tuple[Daemon, ...] = ()
    """Words of Hadoop's that start a daemon, which here is systemd's task."""
    repeated: frozenset[str] = frozenset()
    """Words that their class wants to hear again."""
    own_settings: tuple[str, ...] = ()
    """Words that are a daemon's other tasks (-format), and need its settings."""

    @property
    def path(self) -> str:
        """Where it is on a board."""
        return f"/usr/local/bin/{self.name}"


_COMMON = {
    "classpath": ("org.apache.hadoop.util.Classpath", "print the class path"),
    "version": ("org.apache.hadoop.util.VersionInfo", "print the version"),
}

HDFS = Command(
    "hdfs",
    {
        "dfs": ("org.apache.hadoop.fs.FsShell", "files: -ls, -put, -get, -rm …"),
        "dfsadmin": (f"{_TOOLS}.DFSAdmin", "administer: -report, -safemode, -refreshNodes …"),
        "fsck": (f"{_TOOLS}.DFSck", "check files and their blocks"),
        "balancer": (f"{_SERVER}.balancer.Balancer", "spread blocks evenly over the DataNodes"),
        "mover": (f"{_SERVER}.mover.Mover", "move blocks to where their policy wants them"),
        "storagepolicies": (f"{_TOOLS}.StoragePolicyAdmin", "policies of where blocks are kept"),
        "diskbalancer": (f"{_TOOLS}.DiskBalancerCLI", "spread blocks over a DataNode's disks"),
        "cacheadmin": (f"{_TOOLS}.CacheAdmin", "administer the cache"),
        "crypto": (f"{_TOOLS}.CryptoAdmin", "administer encryption zones"),
        "ec": (f"{_TOOLS}.ECAdmin", "administer erasure coding"),
        "debug": (f"{_TOOLS}.DebugAdmin", "look into a block"),
        "getconf": (f"{_TOOLS}.GetConf", "print settings, as -confKey KEY"),
        "groups": (f"{_TOOLS}.GetGroups", "print the groups of a user"),
        "jmxget": (f"{_TOOLS}.JMXGet", "print measurements of a daemon"),
        "lsSnapshot": (f"{_TOOLS}.snapshot.LsSnapshot", "list the snapshots of a folder"),
        "lsSnapshottableDir": (
            f"{_TOOLS}.snapshot.LsSnapshottableDir",
            "list folders that may have snapshots",
        ),
        "snapshotDiff": (f"{_TOOLS}.snapshot.SnapshotDiff", "compare two snapshots"),
        "oiv": (f"{_TOOLS}.offlineImageViewer.OfflineImageViewerPB", "read an image of names"),
        "oev": (f"{_TOOLS}.offlineEditsViewer.OfflineEditsViewer", "read edits"),
        "namenode": (f"{_SERVER}.namenode.NameNode", "-format, -metadataVersion, -recover …"),
        "secondarynamenode": (
            f"{_SERVER}.namenode.SecondaryNameNode",
            "-checkpoint, -geteditsize, -format",
        ),
        "datanode": (f"{_SERVER}.datanode.DataNode", "-rollback"),
        **_COMMON,
    },
    own_settings=("namenode", "secondarynamenode", "datanode"),
)

_APPLICATIONS = ("application", "app", "applicationattempt", "container")

YARN = Command(
    "yarn",
    {
        "jar": ("org.apache.hadoop.util.RunJar", "run a program: jar FILE [CLASS] ARGUMENTS"),
        **{
            word: (f"{_YARN}.ApplicationCLI", f"{word}: -list, -status …") for word in _APPLICATIONS
        },
        "node": (f"{_YARN}.NodeCLI", "nodes: -list -all, -status NODE"),
        "nodeattributes": (f"{_YARN}.NodeAttributesCLI", "attributes of nodes"),
        "logs": (f"{_YARN}.LogsCLI", "print a program's logs: -applicationId ID"),
        "queue": (f"{_YARN}.QueueCLI", "queues: -status default"),
        "cluster": (f"{_YARN}.ClusterCLI", "print labels and attributes"),
        "rmadmin": (f"{_YARN}.RMAdminCLI", "administer: -refreshNodes, -refreshQueues …"),
        "schedulerconf": (f"{_YARN}.SchedConfCLI", "change the scheduler's settings"),
        "top": (f"{_YARN}.TopCLI", "watch the cluster"),
        "daemonlog": ("org.apache.hadoop.log.LogLevel", "a daemon's level of logging"),
        **_COMMON,
    },
    services=(RESOURCEMANAGER, NODEMANAGER),
    repeated=frozenset(_APPLICATIONS),
)

MAPRED = Command(
    "mapred",
    {
        "job": ("org.apache.hadoop.mapred.JobClient", "jobs: -list all, -status JOB, -kill JOB"),
        "queue": ("org.apache.hadoop.mapred.JobQueueClient", "queues: -list, -info QUEUE"),
        "hsadmin": (
            "org.apache.hadoop.mapreduce.v2.hs.client.HSAdmin",
            "administer the history server",
        ),
        "sampler": ("org.apache.hadoop.mapred.lib.InputSampler", "draw samples of an input"),
        **_COMMON,
    },
    services=(HISTORYSERVER,),
)

COMMANDS = (HDFS, YARN, MAPRED)


def command(wished: Command) -> str:
    """The text of a command, a program of sh."""
    return _PROGRAM.substitute(
        name=wished.name,
        help="\n".join(f"  {word:<19} {use}" for word, (_, use) in wished.words.items()),
        cases="\n".join(
            f"  {word}) class={name}{_extras(wished, word)} ;;"
            for word, (name, _) in wished.words.items()
        )
        + "".join(f"\n{_service(daemon)}" for daemon in wished.services),
        conf=paths.CLIENT,
        home=paths.LINK,
        java=JAVA,
        heap=HEAP_MB,
    )


def _extras(wished: Command, word: str) -> str:
    if word in wished.repeated:
        return f'; set -- {word} "$@"'
    if word in wished.own_settings:
        return f'; daemon {word} "$@"'
    return ""


def _service(daemon: Daemon) -> str:
    return (
        f"  {daemon.role}) refuse '{daemon.role} is a service here:"
        f" systemctl status {daemon.unit.removesuffix('.service')}' ;;"
    )


_PROGRAM = Template(
    """\
#!/bin/sh
# Written by PiCluster; the next deploy puts back what is changed here by hand.
# HADOOP_CONF_DIR names other settings, HADOOP_CLIENT_OPTS more options for Java (-Xmx512m),
# HADOOP_CLASSPATH more classes, HADOOP_USER_NAME the user that HDFS and YARN see.

usage() {
  cat <<'END'
Usage: $name WORD [ARGUMENTS]; without ARGUMENTS most words print their own.
$help
END
}

refuse() {
  echo "$name: $$1" >&2
  exit 2
}

# A daemon's own tasks, with the settings that it runs with.
daemon() {
  settings=/etc/hadoop/$$1
  [ "$$#" -gt 1 ] || refuse "$$1 is a service here: systemctl status hdfs-$$1"
  [ -e "$$settings/hdfs-site.xml" ] || refuse "this board is no $$1: $$settings is not there"
  conf=$$settings:$$home/hdfs-ui
}

home=$home
conf=$${HADOOP_CONF_DIR:-$conf}
word=$$1
[ "$$#" -gt 0 ] && shift
case $$word in
  -h | --help | help) usage; exit 0 ;;
  '') usage >&2; exit 2 ;;
esac
[ -d "$$home/lib" ] || refuse "there is no Hadoop in $$home; deploy it: deploys.hdfs.apply"
case $$word in
$cases
  *) refuse "$$word is no word of it; '$name --help' lists them" ;;
esac
java=$java
[ -x "$$java" ] || java=java
path="$$conf:$$home/lib/*$${HADOOP_CLASSPATH:+:$$HADOOP_CLASSPATH}"
# Of Java's options the last counts, so the caller's own come after these.
# shellcheck disable=SC2086 # options are words
MALLOC_ARENA_MAX=2 HADOOP_HOME=$$home exec "$$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \\
  -Xss512k -XX:-UsePerfData -Xmx${heap}m -Djava.net.preferIPv4Stack=true $$HADOOP_CLIENT_OPTS \\
  -cp "$$path" "$$class" "$$@"
"""
)
