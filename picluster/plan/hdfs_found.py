"""What is found of HDFS: data on the boards, and what the NameNode says."""

from typing import Literal, TypedDict

StorageKind = Literal["namenode", "secondarynamenode", "datanode"]
STORAGE_KINDS: tuple[StorageKind, ...] = ("namenode", "secondarynamenode", "datanode")


class HadoopStorage(TypedDict):
    """A folder with data of one of HDFS's daemons."""

    kind: StorageKind
    path: str
    formatted: bool
    """Whether it has a VERSION, so that the daemon takes it for its own."""
    cluster: str | None
    """clusterID that its VERSION tells."""
    blocks: bool
    """Whether a block of a file lies in it."""


class HadoopBoardState(TypedDict):
    """A board."""

    storages: list[HadoopStorage]
    """Folders that are absent or empty are not among them."""
    free_mb: int
    """What may still be written where the data is to lie, in MiB."""
    mount: str
    """Where that file system is mounted."""
    memory_mb: int
    """MemTotal, in MiB."""


class LiveDataNode(TypedDict):
    """A DataNode that the NameNode counts as alive."""

    name: str
    admin_state: str
    """In Service, Decommission In Progress, Decommissioned, or of maintenance."""
    silent_seconds: int
    """Since its last heartbeat, which comes every 3 seconds."""


class DirectoryState(TypedDict):
    """A directory in HDFS."""

    mode: str
    """Octal digits without a leading zero."""
    owner: str
    group: str


class NameNodeState(TypedDict):
    """The NameNode of a board."""

    formatted: bool
    """Whether its folder has a VERSION."""
    active: bool
    """Whether its unit runs."""
    answers: bool
    """Whether it serves: it has loaded its names, and tells of its DataNodes."""
    safe_mode: str
    """Why it refuses changes for now; empty when it does not."""
    live: dict[str, LiveDataNode]
    """By IPv4 address; empty where it does not answer."""
    missing_blocks: int
    """Blocks that no DataNode has; 0 where it does not answer."""
    include: list[str] | None
    """Lines of its list of nodes that may come; None where the file is absent."""
    exclude: list[str] | None
    """Lines of its list of nodes that have to go; None where the file is absent."""
    unread: bool
    """Whether it runs and has not read these lists since they changed."""
    directories: dict[str, DirectoryState | None]
    """None for one that is proven to be absent; empty where it does not answer."""


def storages(found: HadoopBoardState | None, kind: StorageKind) -> list[HadoopStorage]:
    """Data of this kind; none of a board that did not answer."""
    return [s for s in (found["storages"] if found else []) if s["kind"] == kind]
