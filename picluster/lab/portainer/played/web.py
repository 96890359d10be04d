"""HTTPS: requests, replies, and a server that gives each connection a thread."""

import json
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from traceback import format_exception
from typing import Any, ClassVar, cast
from urllib.parse import parse_qsl, urlsplit

from .fatal import log
from .override import override
from .refusal import RefusedError

CONNECTION_SECONDS = 60
LARGEST_BODY = 64 * 1024 * 1024
_PLAIN = (
    b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"  # as Go's
)


@dataclass
class Request:
    """One request, read completely."""

    method: str
    target: str
    headers: Message
    body: bytes
    client: str

    @property
    def path(self) -> str:
        """The path without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query's fields; of a repeated one the last."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


@dataclass
class Reply:
    """What goes back; `after` is called when it has been sent."""

    status: int
    body: bytes = b""
    content_type: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    after: Callable[[], None] | None = None


Answer = Callable[[Request], Reply]


def json_reply(
    value: Any, status: int = 200, headers: list[tuple[str, str]] | None = None
) -> Reply:
    """A value as JSON."""
    return Reply(status, json.dumps(value).encode() + b"\n", "application/json", headers or [])


def text_reply(status: int, text: str) -> Reply:
    """Plain text."""
    return Reply(status, text.encode() + b"\n", "text/plain; charset=utf-8")


def refusal_reply(refused: RefusedError) -> Reply:
    """A refusal as JSON."""
    details = refused.details or refused.message
    return json_reply({"message": refused.message, "details": details}, refused.status)


def not_found() -> Reply:
    """The answer to a path that is no route."""
    return text_reply(404, "404 page not found")


class SecureServer(ThreadingHTTPServer):
    """A server whose handshakes happen in the connection's thread, so that none holds up others."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], context: ssl.SSLContext, answer: Answer) -> None:
        super().__init__(address, _Handler)
        self.context = context
        self.answer = answer
        self.ended = False

    @property
    def where(self) -> tuple[str, int]:
        """The address and the port in use."""
        host, port = self.socket.getsockname()[:2]
        return str(host), int(port)

    @override
    def server_bind(self) -> None:
        """Without the look-up of the own name that HTTPServer does."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)

    @override
    def finish_request(self, request: Any, client_address: Any) -> None:
        """Speaks TLS with who speaks TLS, and tells others that they don't."""
        request.settimeout(CONNECTION_SECONDS)
        first = request.recv(1, socket.MSG_PEEK)
        if first != b"\x16":
            if first:
                request.recv(65536)
                request.sendall(_PLAIN)
            return
        with self.context.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are everyday; the rest is a mistake of this program."""
        error = sys.exception()
        if not isinstance(error, OSError):
            log("error", "a request ended the connection", error="".join(format_exception(error)))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "picluster-stand-in"
    sys_version = ""
    disable_nagle_algorithm: ClassVar[bool] = True

    @override
    def handle_one_request(self) -> None:
        """All methods alike."""
        server = cast(SecureServer, self.server)
        self.raw_requestline = self.rfile.readline(65537)
        if server.ended or not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = b"".join(self._body())
        request = Request(self.command, self.path, self.headers, body, self.client_address[0])
        try:
            reply = server.answer(request)
        except RefusedError as refused:
            reply = refusal_reply(refused)
        self._send(reply)

    def _body(self) -> Iterator[bytes]:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline(64).split(b";")[0], 16):
                yield self.rfile.read(size)
                self.rfile.readline(64)
            self.rfile.readline(64)
            return
        length = int(self.headers.get("Content-Length") or 0)
        yield self.rfile.read(min(length, LARGEST_BODY))

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        if reply.content_type:
            self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.body)))
        if reply.after is not None:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)
        self.wfile.flush()
        if reply.after is not None:
            self.close_connection = True
            reply.after()

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not logged."""
