"""A NameNode and a DataNode in one: files in memory, and the refusals that a test wants."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from posixpath import dirname
from urllib.parse import parse_qs, unquote, urlsplit

from typing_extensions import override

from picluster.webhdfs import WebHdfs

NODE = "pi8"
"""Name of the only DataNode; nobody can resolve it."""


@dataclass
class Hdfs:
    """What the played HDFS holds, and how it answers."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    folders: set[str] = field(default_factory=lambda: {"/", "/user", "/user/pi"})
    refusals: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    """Operation to status, exception and message."""
    asked: list[str] = field(default_factory=list)
    """Operations in their order, those of the DataNode with a `>` before."""
    free: int = 10**9
    short: bool = False
    """Whether a file's content is cut off half-way."""
    lossy: bool = False
    """Whether the last byte of what is written is lost."""
    datanode: str = NODE
    dead: str | None = None
    """A host and port that is named until its address is excluded."""
    busy_seconds: float = 0
    """How long the DataNode leaves content unread."""


@contextmanager
def played() -> Iterator[tuple[Hdfs, WebHdfs]]:
    """A played HDFS and a client of it, as the user pi."""
    hdfs = Hdfs()
    handler = type("Handler", (_Handler,), {"hdfs": hdfs})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    hdfs.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hdfs, WebHdfs(hdfs.url, "pi", {NODE: "127.0.0.1"})
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hdfs: Hdfs

    @override
    def log_message(self, format: str, *args: object) -> None:
        return

    def do_GET(self) -> None:
        self._answer()

    do_PUT = do_DELETE = do_GET  # noqa: N815

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        path = unquote(parts.path).removeprefix("/webhdfs/v1") or "/"
        operation = query["op"]
        at_datanode = "datanode" in query
        self.hdfs.asked.append((">" if at_datanode else "") + operation)
        if at_datanode:
            threading.Event().wait(self.hdfs.busy_seconds)
        body = self._body()
        if operation in self.hdfs.refusals and not at_datanode:
            self._refuse(*self.hdfs.refusals[operation])
        elif operation in ("OPEN", "CREATE", "GETFILECHECKSUM") and not at_datanode:
            self._name_datanode(parts.path, query)
        else:
            getattr(self, "_" + operation.lower())(path, query, body)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _name_datanode(self, quoted: str, query: dict[str, str]) -> None:
        port = urlsplit(self.hdfs.url).port
        name = f"{self.hdfs.datanode}.home.arpa:{port}"
        # Hadoop looks what is excluded up among addresses, and passes over the rest.
        if self.hdfs.dead and query.get("excludedatanodes") != "127.0.0.1":
            name = self.hdfs.dead
        place = f"http://{name}{quoted}?op={query['op']}&datanode=true"
        self._send(200, json.dumps({"Location": place}).encode())

    def _send(self, status: int, content: bytes = b"", length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        self.wfile.write(content)
        if length is not None:
            self.close_connection = True

    def _refuse(self, status: int, exception: str, message: str) -> None:
        told = {"exception": exception, "javaClassName": exception, "message": message}
        self._send(status, json.dumps({"RemoteException": told}).encode())

    def _missing(self, path: str) -> None:
        self._refuse(404, "FileNotFoundException", f"File does not exist: {path}")

    def _status(self, path: str, name: str = "") -> dict[str, object]:
        is_folder = path in self.hdfs.folders
        return {
            "pathSuffix": name,
            "type": "DIRECTORY" if is_folder else "FILE",
            "length": 0 if is_folder else len(self.hdfs.files[path]),
            "owner": "pi",
            "group": "pi",
            "permission": "644",
            "replication": 0 if is_folder else 3,
            "blockSize": 0,
            "modificationTime": 1_795_418_272_941,
        }

    def _getfilestatus(self, path: str, _query: dict[str, str], _body: bytes) -> None:
        if path in self.hdfs.folders or path in self.hdfs.files:
            self._send(200, json.dumps({"FileStatus": self._status(path)}).encode())
        else:
            self._missing(path)

    def _liststatus(self, path: str, _query: dict[str, str], _body: bytes) -> None:
        inside = [p for p in (*self.hdfs.folders, *self.hdfs.files) if p != "/"]
        found = [self._status(p, p.rpartition("/")[2]) for p in inside if dirname(p) == path]
        if path in self.hdfs.files:
            found = [self._status(path)]
        elif path not in self.hdfs.folders:
            self._missing(path)
            return
        self._send(200, json.dumps({"FileStatuses": {"FileStatus": found}}).encode())

    def _getstatus(self, _path: str, _query: dict[str, str], _body: bytes) -> None:
        status = {"used": 0, "capacity": 10**12, "remaining": self.hdfs.free}
        self._send(200, json.dumps({"FsStatus": status}).encode())

    def _mkdirs(self, path: str, _query: dict[str, str], _body: bytes) -> None:
        while path not in self.hdfs.folders:
            self.hdfs.folders.add(path)
            path = dirname(path)
        self._send(200, b'{"boolean":true}')

    def _create(self, path: str, _query: dict[str, str], body: bytes) -> None:
        self.hdfs.files[path] = body[:-1] if self.hdfs.lossy else body
        self._send(201)

    def _rename(self, path: str, query: dict[str, str], _body: bytes) -> None:
        target = query["destination"]
        if target in self.hdfs.files and query["renameoptions"] != "OVERWRITE":
            self._refuse(403, "FileAlreadyExistsException", f"rename destination {target} exists")
            return
        self.hdfs.files[target] = self.hdfs.files.pop(path)
        self._send(200)

    def _delete(self, path: str, _query: dict[str, str], _body: bytes) -> None:
        there = self.hdfs.files.pop(path, None) is not None
        self._send(200, json.dumps({"boolean": there}).encode())

    def _open(self, path: str, _query: dict[str, str], _body: bytes) -> None:
        content = self.hdfs.files[path]
        if self.hdfs.short:
            self._send(200, content[: len(content) // 2], len(content))
        else:
            self._send(200, content)

    def _getfilechecksum(self, _path: str, _query: dict[str, str], _body: bytes) -> None:
        told = {"algorithm": "MD5-of-0MD5-of-512CRC32C", "bytes": "00ff", "length": 28}
        self._send(200, json.dumps({"FileChecksum": told}).encode())
