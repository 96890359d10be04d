"""A server over real TLS that gives the answers that a test wants, and remembers what was asked."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from typing_extensions import override

from picluster.authority import ensure_authority, server_certificate
from picluster.secrets import Secrets


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Answer:
    """What is sent back; `cut` drops the connection without it, `short` after half of it."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    short: bool = False

    @property
    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else json.dumps(self.body).encode()


@dataclass
class Played:
    """Answers by "METHOD /path" below /api: one for always, or a list, of which the last stays."""

    url: str
    ca_file: Path
    answers: dict[str, Answer | list[Answer] | Callable[[Asked], Answer]] = field(
        default_factory=dict
    )
    asked: list[Asked] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """The requests so far."""
        return [asked.line for asked in self.asked]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        found = self.answers.get(asked.line, Answer(404, b"404 page not found"))
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found(asked) if callable(found) else found


def refusal(status: int, message: str, details: str = "", **headers: str) -> Answer:
    """A refusal as Portainer writes it."""
    return Answer(status, {"message": message, "details": details or message}, headers)


@contextmanager
def played(folder: Path, secrets: Secrets | None = None, **certificate: Any) -> Iterator[Played]:
    """A server on 127.0.0.1 with a certificate of the cluster's own authority.

    + certificate: arguments to `server_certificate` other than the usual ones
    """
    secrets = secrets or Secrets(folder / "cluster")
    now = certificate.pop("authority_now", None)
    authority = ensure_authority(secrets, now)
    wished = {"names": ["localhost"], "addresses": ["127.0.0.1"], **certificate}
    pair = server_certificate(authority, secrets, "portainer", **wished)
    secrets.keep()
    chain = folder / "chain.pem"
    chain.write_text("".join(pair))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    with serving(context) as (server, url):
        result = Played(url, authority.path)
        server.played = result
        yield result


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    played: Played
    context: ssl.SSLContext | None = None

    @override
    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(10)
        if self.context is not None:
            request = self.context.wrap_socket(request, server_side=True)
        try:
            super().finish_request(request, client_address)
        finally:
            request.close()

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that dislikes the certificate hangs up: that is what is tested."""


@contextmanager
def serving(context: ssl.SSLContext | None) -> Iterator[tuple[_Server, str]]:
    """A listening server and its URL; without a context it speaks no TLS."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.context = context
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server, f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(self.command, self.path.removeprefix("/api"), self.headers, body)
        answer = self.server.played.answer(asked)
        if answer.cut:
            self.close_connection = True
            return
        content = answer.content
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if answer.short else content)
        self.close_connection = self.close_connection or answer.short

    do_POST = do_PUT = do_GET  # noqa: N815 - names that http.server looks for

    @override
    def log_message(self, format: str, *arguments: Any) -> None:
        """Test output is kept clean."""
