"""A client of HDFS that needs no Hadoop on this computer."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

import requests
from pydantic import ValidationError

from picluster.plan.config import ClusterConfig
from picluster.plan.errors import UserError
from picluster.plan.hadoop_ports import NAMENODE_HTTP
from picluster.plan.plan import Plan
from picluster.webhdfs.connection import Connection
from picluster.webhdfs.errors import (
    AlreadyThereError,
    DataNodeSilentError,
    NotThereError,
    WebHdfsError,
)
from picluster.webhdfs.status import FileStatus

CHUNK = 1 << 18
"""Bytes that are read and written at once."""
COPYING = "._COPYING_"
"""End of the name that a file has until it is whole: that of Hadoop's own shell."""


class NoHdfsError(UserError):
    """Raised where cluster.toml plans no HDFS."""


class WebHdfs:
    """HDFS as a user sees it. Paths are absolute, or relative to the user's own folder.

    Every method raises WebHdfsError for what HDFS refuses, and where it does not answer.

    + namenode_url: of the NameNode's page, `http://192.168.1.10:9870`
    + user: who asks; HDFS believes it
    + addresses: of the nodes, by name
    """

    def __init__(self, namenode_url: str, user: str, addresses: Mapping[str, str]) -> None:
        self._connection = Connection(namenode_url, user, addresses)
        self.home = f"/user/{user}"

    @classmethod
    def of(cls, config: ClusterConfig, plan: Plan) -> "WebHdfs":
        """That of a cluster, as the user of its boards. Raises NoHdfsError."""
        head = plan.only("namenode")
        if head is None:
            raise NoHdfsError(
                "HDFS is switched off in cluster.toml ([hdfs] enabled); switch it on and deploy"
            )
        addresses = {node.name: str(node.address) for node in config.nodes}
        return cls(f"http://{addresses[head]}:{NAMENODE_HTTP}", config.ssh.user, addresses)

    def absolute(self, path: str) -> str:
        """The path from the root, without `.`, `..` and doubled slashes."""
        return "/" + posixpath.normpath(posixpath.join(self.home, path)).lstrip("/")

    def status(self, path: str) -> FileStatus | None:
        """What is there; None where nothing is."""
        try:
            answer = self._connection.ask("GET", self.absolute(path), "GETFILESTATUS")
        except NotThereError:
            return None
        return _statuses([_within(answer, "FileStatus")])[0]

    def list(self, path: str) -> list[FileStatus]:
        """What is in a folder, or the file itself with an empty name. Raises NotThereError."""
        answer = self._connection.ask("GET", self.absolute(path), "LISTSTATUS")
        return _statuses(_within(answer, "FileStatuses", "FileStatus"))

    def mkdirs(self, path: str) -> None:
        """Makes a folder and those above it; one that is there stays as it is."""
        self._wish("PUT", path, "MKDIRS")

    def put(self, path: str, stream: IO[bytes] | Iterable[bytes], overwrite: bool = False) -> int:
        """Writes a file, and the folders above it; how many bytes it has.

        It is there whole or not at all, and one that is overwritten stays until then. Raises
        AlreadyThereError, also for a folder, which is never overwritten.
        """
        target = self.absolute(path)
        copy = target + COPYING
        self._check_free(target, overwrite)
        # A refusal would be lost in the midst of the content: the DataNode drops the connection.
        self._connection.send("PUT", copy, "CREATE", b"", overwrite="true")
        try:
            counted = _Counted(stream)
            self._connection.send("PUT", copy, "CREATE", counted, overwrite="true")
            self._check_length(copy, counted.length)
            self.rename(copy, target, overwrite=overwrite)
        except BaseException:
            self._forget(copy)
            raise
        return counted.length

    def rename(self, source: str, target: str, overwrite: bool = False) -> None:
        """Gives a file or folder another name, in one step. Raises AlreadyThereError."""
        # Options make it the call that says why it fails.
        self._connection.ask(
            "PUT",
            self.absolute(source),
            "RENAME",
            destination=self.absolute(target),
            renameoptions="OVERWRITE" if overwrite else "NONE",
        )

    def read(self, path: str) -> Iterator[bytes]:
        """A file's content, piece by piece. Raises NotThereError, DataNodeSilentError.

        Ends with an error when less comes than the file has.
        """
        with self._connection.fetch(self.absolute(path), "OPEN") as response:
            try:
                yield from response.iter_content(CHUNK)
            except requests.RequestException:
                raise DataNodeSilentError(
                    f"the DataNode that sent {path} dropped the connection half-way; try again"
                ) from None

    def delete(self, path: str, recursive: bool = False) -> bool:
        """Removes it, past the trash; whether there was anything.

        A folder that is not empty is removed only when `recursive`.
        """
        wished = "true" if recursive else "false"
        return self._wish("DELETE", path, "DELETE", recursive=wished)

    def checksum(self, path: str) -> str:
        """HDFS's own checksum of a file: its algorithm and hexadecimal digits.

        The same for the same content in blocks of the same size.
        """
        with self._connection.fetch(self.absolute(path), "GETFILECHECKSUM") as response:
            answer = response.json()
        words = [_within(answer, "FileChecksum", key) for key in ("algorithm", "bytes")]
        return " ".join(words)

    def free_bytes(self) -> int:
        """Room on all DataNodes together, for all copies of what is written."""
        return int(_within(self._connection.ask("GET", "/", "GETSTATUS"), "FsStatus", "remaining"))

    def _wish(self, method: str, path: str, operation: str, **parameters: str) -> bool:
        answer = self._connection.ask(method, self.absolute(path), operation, **parameters)
        return bool(answer.get("boolean"))

    def _check_free(self, target: str, overwrite: bool) -> None:
        found = self.status(target)
        if found is not None and found.is_folder:
            raise AlreadyThereError(f"{target} is a folder in HDFS; name a file in it")
        if found is not None and not overwrite:
            raise AlreadyThereError(f"{target} is in HDFS already; --force overwrites it")

    def _check_length(self, copy: str, length: int) -> None:
        found = self.status(copy)
        if found is None or found.length != length:
            there = "nothing" if found is None else f"{found.length} bytes"
            raise WebHdfsError(f"HDFS got {there} of {length} bytes; try again")

    def _forget(self, copy: str) -> None:
        """As far as HDFS still answers: what led here is what counts."""
        try:
            self.delete(copy)
        except WebHdfsError:
            return


class _Counted:
    """Content piece by piece, and how much of it there was."""

    def __init__(self, stream: IO[bytes] | Iterable[bytes]) -> None:
        self._stream = stream
        self.length = 0

    def __iter__(self) -> Iterator[bytes]:
        stream = self._stream
        read = getattr(stream, "read", None)
        pieces = stream if read is None else iter(lambda: read(CHUNK), b"")
        try:
            for piece in pieces:
                self.length += len(piece)
                yield piece
        except OSError as error:
            # As it is, it would be taken for the connection's.
            raise WebHdfsError(f"the content cannot be read: {error.strerror}") from None


def _within(answer: Any, *keys: str) -> Any:
    """What stands there in an answer. Raises WebHdfsError."""
    try:
        for key in keys:
            answer = answer[key]
    except (LookupError, TypeError):
        raise WebHdfsError(_STRANGE) from None
    return answer


def _statuses(found: Any) -> list[FileStatus]:
    try:
        return [FileStatus.model_validate(one) for one in found]
    except (ValidationError, TypeError):
        raise WebHdfsError(_STRANGE) from None


_STRANGE = "the NameNode answers as no HDFS does that we know; does another program listen there?"
