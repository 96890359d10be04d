"""Where Hadoop lies on a board: its programs, settings, lists of nodes, and data."""

from picluster.plan.node import Node

LINK = "/opt/hadoop"
"""Leads to the tree of the version in use. Commands and containers go through it; a daemon names
the tree itself, so that a running one never finds another version's classes."""
JAVA_HOME = "/usr/lib/jvm/default-java"
"""Debian's link to the release's own Java (default-jre-headless): 17 in bookworm, 21 in trixie."""

ETC = "/etc/hadoop"
CLIENT = f"{ETC}/conf"
"""What commands and jobs' containers read; no daemon does."""

NODES = f"{ETC}/nodes"
"""Lists that a running daemon is told to read again, so no reason for a restart."""
DFS_HOSTS = f"{NODES}/dfs.hosts"
DFS_EXCLUDE = f"{NODES}/dfs.exclude"
YARN_HOSTS = f"{NODES}/yarn.hosts"
YARN_EXCLUDE = f"{NODES}/yarn.exclude"
RACKS = f"{NODES}/racks"
RACK_OF = "/usr/local/lib/picluster/rack-of"
"""Program that answers from RACKS: unlike a table of Hadoop's own it is asked anew for each new
node."""
THERMAL_HEALTH = "/usr/local/lib/picluster/thermal-health"
"""Program that a NodeManager asks whether its board is too hot, or lacks power."""

DEFAULT_FOLDER = "/var/lib/hadoop"


def daemon_folder(role: str) -> str:
    """Folder of all settings that a daemon reads, such as /etc/hadoop/namenode."""
    return f"{ETC}/{role}"


def data_folder(node: Node) -> str:
    """Where Hadoop's data lies: on the disk for data where the node has one."""
    return DEFAULT_FOLDER if node.storage is None else f"{node.storage}/hadoop"


def name_folder(node: Node) -> str:
    """HDFS's names and edits; formatted where current/VERSION lies in it."""
    return f"{data_folder(node)}/namenode"


def checkpoint_folder(node: Node) -> str:
    """The SecondaryNameNode's copy of them."""
    return f"{data_folder(node)}/secondarynamenode"


def block_folder(node: Node) -> str:
    """HDFS's blocks."""
    return f"{data_folder(node)}/datanode"


def application_folder(node: Node) -> str:
    """The ResourceManager's store of applications."""
    return f"{data_folder(node)}/resourcemanager"


def node_folder(node: Node) -> str:
    """All that is the NodeManager's."""
    return f"{data_folder(node)}/nodemanager"


def recovery_folder(node: Node) -> str:
    """By what a restarted NodeManager finds its containers again."""
    return f"{node_folder(node)}/recovery"


def container_folder(node: Node) -> str:
    """Files of the containers that run."""
    return f"{node_folder(node)}/local"


def container_log_folder(node: Node) -> str:
    """Logs of the containers, until they are gathered into HDFS."""
    return f"{node_folder(node)}/logs"
