"""The systemd units of Hadoop's daemons: java in the foreground, its log to the journal."""

from picluster.plan import hadoop_paths as paths
from picluster.plan import started_note
from picluster.plan.daemons import HEAP_MB, MEMORY_MAX_MB
from picluster.plan.hadoop_daemons import (
    GROUP,
    HDFS_DAEMONS,
    NAMENODE,
    NODEMANAGER,
    SPARKHISTORYSERVER,
    Daemon,
)
from picluster.plan.hadoop_xml import NOTICE
from picluster.plan.node import Node

JAVA = f"{paths.JAVA_HOME}/bin/java"

OPEN_FILES = 16384
"""Far more than a board's daemons need; few enough for a container that may not raise its own."""


def flags(daemon: Daemon) -> list[str]:
    """Those with which the sizes of `picluster.plan.daemons` were measured, and two for clarity."""
    return [
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xss256k",
        f"-XX:ReservedCodeCacheSize={daemon.code_mb}m",
        f"-XX:MaxMetaspaceSize={daemon.classes_mb}m",
        "-XX:-UsePerfData",
        "-XX:+ExitOnOutOfMemoryError",
        # A crash is told in the journal too, not in a file of the folder it happened to be in.
        "-XX:+ErrorFileToStderr",
        # As Hadoop's own scripts: the addresses are of IPv4.
        "-Djava.net.preferIPv4Stack=true",
        f"-Xmx{HEAP_MB[daemon.role]}m",
    ]


def unit(daemon: Daemon, node: Node, home: str, read: list[str]) -> str:
    """The text of a daemon's unit.

    + home: folder of the version's programs, which is no link: a running daemon loads classes late
    + read: paths of all settings that the daemon reads
    """
    return "\n".join(
        [
            f"# {NOTICE}",
            "[Unit]",
            f"Description={daemon.title}",
            *_ordering(node),
            "",
            "[Service]",
            "Type=exec",
            f"User={daemon.user}",
            f"Group={GROUP}",
            *(f"Environment={line}" for line in _environment(daemon, node)),
            *_condition(daemon, node),
            started_note.exec_start_pre([daemon.unit_file, *read]),
            f"ExecStart={_command(daemon, home)}",
            # 128 + SIGTERM, as Java ends when it is told to.
            "SuccessExitStatus=143",
            # A NodeManager that was decommissioned ends well, and has to stay down.
            "Restart=on-failure",
            "RestartSec=5",
            f"TimeoutStopSec={daemon.stop_seconds}",
            f"LimitNOFILE={OPEN_FILES}",
            f"OOMScoreAdjust={daemon.oom_score}",
            *_bounds(daemon),
            "NoNewPrivileges=yes",
            "ProtectSystem=full",
            "",
            "[Install]",
            "WantedBy=multi-user.target",
            "",
        ]
    )


def _ordering(node: Node) -> list[str]:
    lines = [
        "Wants=network-online.target",
        "After=network-online.target time-sync.target",
        # A board may wait for long until the head of the cluster is back.
        "StartLimitIntervalSec=0",
    ]
    if node.storage is not None:
        # Without its disk it would begin anew on the SD card, as an empty one.
        lines += [f"RequiresMountsFor={node.storage}", f"AssertPathIsMountPoint={node.storage}"]
    return lines


def _environment(daemon: Daemon, node: Node) -> list[str]:
    # With the locale of a bare system Java cannot write a file name that has an umlaut.
    shared = ["MALLOC_ARENA_MAX=2", "LANG=C.UTF-8"]
    if daemon == SPARKHISTORYSERVER:
        # No setting of Spark's says at which address it listens.
        return [*shared, f"SPARK_LOCAL_IP={node.address}"]
    if daemon != NODEMANAGER:
        return shared
    # For its containers, which go through the link and read the clients' settings.
    return [
        *shared,
        f"JAVA_HOME={paths.JAVA_HOME}",
        f"HADOOP_HOME={paths.LINK}",
        f"HADOOP_CONF_DIR={paths.CLIENT}",
    ]


def _condition(daemon: Daemon, node: Node) -> list[str]:
    if daemon != NAMENODE:
        return []
    return [f"ExecCondition=/usr/bin/test -f {paths.name_folder(node)}/current/VERSION"]


def _command(daemon: Daemon, home: str) -> str:
    # The web pages of HDFS and of YARN have a folder webapps/static each: never both.
    pages = [f"{home}/hdfs-ui"] if daemon in HDFS_DAEMONS else []
    class_path = ":".join([daemon.folder, *pages, f"{home}/{daemon.jars}/*"])
    words = [JAVA, *flags(daemon), "-cp", class_path, daemon.main_class, daemon.arguments]
    return " ".join(filter(None, words))


def _bounds(daemon: Daemon) -> list[str]:
    if daemon == NODEMANAGER:
        # Its containers live in its control group, share its /tmp, and outlive its restart.
        return ["KillMode=process"]
    return [f"MemoryMax={MEMORY_MAX_MB[daemon.role]}M", "PrivateTmp=yes"]
