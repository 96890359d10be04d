"""HDFS from this computer, over the NameNode's and the DataNodes' own pages (WebHDFS)."""

from picluster.webhdfs.client import WebHdfs
from picluster.webhdfs.errors import (
    AlreadyThereError,
    DataNodeSilentError,
    NameNodeSilentError,
    NoRoomError,
    NotAllowedError,
    NotThereError,
    SafeModeError,
    WebHdfsError,
)
from picluster.webhdfs.status import FileStatus

__all__ = [
    "AlreadyThereError",
    "DataNodeSilentError",
    "FileStatus",
    "NameNodeSilentError",
    "NoRoomError",
    "NotAllowedError",
    "NotThereError",
    "SafeModeError",
    "WebHdfs",
    "WebHdfsError",
]
