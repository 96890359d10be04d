"""The engine of a board, on its socket."""

import http.client
import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .override import override

SECONDS = 60


@dataclass
class EngineReply:
    """What an engine or an agent answered."""

    status: int
    body: bytes
    headers: list[tuple[str, str]]

    def json(self) -> Any:
        """The body's value; raises ValueError."""
        return json.loads(self.body)


class _SocketConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("docker", timeout=SECONDS)
        self._path = path

    @override
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def socket_path() -> str:
    """Where the engine listens."""
    return os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")


def ask(
    method: str,
    target: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    path: str | None = None,
) -> EngineReply:
    """One call of the Engine's API; raises OSError when no engine answers."""
    return exchange(_SocketConnection(path or socket_path()), method, target, body, headers or {})


def exchange(
    connection: http.client.HTTPConnection,
    method: str,
    target: str,
    body: bytes,
    headers: Mapping[str, str],
) -> EngineReply:
    """One request on a connection that is closed after it; raises OSError."""
    try:
        connection.request(method, target, body or None, dict(headers))
        response = connection.getresponse()
        return EngineReply(response.status, response.read(), response.getheaders())
    except http.client.HTTPException as error:
        message = f"no HTTP answer: {error!r}"
        raise ConnectionError(message) from error
    finally:
        connection.close()
