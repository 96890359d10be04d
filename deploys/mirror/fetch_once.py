#!/usr/bin/python3
"""Fetches each layer and each manifest of a registry once, however many ask for it meanwhile.

Usage: fetch-once PORT UPSTREAM FOLDER

Stands between Debian's docker-registry and the registry that it mirrors: version 2.8 fetches a
layer twice for the first who asks for it, and once more for everybody who asks before it is there.
Only the standard library: this file runs on a board.
"""

# mypy: disable-error-code="explicit-override"

import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from email.message import Message
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

# Named by its digest, so the same for ever.
LASTING = re.compile(r"/v2/.+/(blobs|manifests)/sha256:[0-9a-f]{64}")
KEEP_SECONDS = 60
"""The registry needs a moment to store what it was given; until then it asks again."""

UPSTREAM_SECONDS = 60
CHUNK = 1 << 16
# About one connection, or written by this server itself.
_NOT_PASSED = {"connection", "date", "keep-alive", "server", "trailer", "transfer-encoding"}


class NoRedirect(HTTPRedirectHandler):
    """Leaves redirects to the one who asked."""

    def redirect_request(self, *_: Any) -> None:
        """None follows."""


_following, _passing = build_opener(), build_opener(NoRedirect)


def ask(method: str, url: str, headers: Message, follow: bool) -> Any:
    """The upstream's response, whatever its status. Raises OSError where there is none."""
    request = Request(url, method=method)  # noqa: S310 - http or https, as cluster.toml has it
    for name in ("Accept", "Range", "User-Agent"):
        if headers[name]:
            request.add_header(name, ", ".join(headers.get_all(name, [])))
    if headers["Authorization"]:
        # A layer often lies on another host, whom the registry's token is no business of.
        request.add_unredirected_header("Authorization", headers["Authorization"])
    try:
        return (_following if follow else _passing).open(request, timeout=UPSTREAM_SECONDS)
    except HTTPError as response:
        return response


class Fetch:
    """One download, which any number of readers follow while it grows."""

    def __init__(self, url: str, headers: Message, folder: str) -> None:
        # Nameless: it is gone with the last reader, also after a crash.
        self.file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        self.changed = threading.Condition()
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self.size = 0
        self.ended: float | None = None
        self.whole = False
        threading.Thread(target=self._run, args=(url, headers), daemon=True).start()

    def _run(self, url: str, headers: Message) -> None:
        try:
            with ask("GET", url, headers, follow=True) as response:
                length = response.headers["Content-Length"]
                with self.changed:
                    self.status, self.headers = response.status, list(response.headers.items())
                    self.changed.notify_all()
                while data := response.read(CHUNK):
                    self._append(data)
            self.whole = self.status == 200 and length in (None, str(self.size))
        except (OSError, HTTPException) as error:
            print(f"{url}: {error}", file=sys.stderr, flush=True)
        finally:
            with self.changed:
                self.ended = time.monotonic()
                self.changed.notify_all()

    def _append(self, data: bytes) -> None:
        with self.changed:
            self.file.seek(self.size)
            self.file.write(data)
            self.size += len(data)
            self.changed.notify_all()

    def begun(self) -> bool:
        """Waits for the upstream's first words; False where it has none."""
        with self.changed:
            self.changed.wait_for(lambda: self.status or self.ended)
            return self.status != 0

    def chunks(self) -> Iterator[bytes]:
        """All of it, waiting for what is still to come; breaks off where the upstream did."""
        place = 0
        while True:
            with self.changed:
                while self.size == place and self.ended is None:
                    self.changed.wait()
                self.file.seek(place)
                data = self.file.read(CHUNK)
            if not data:
                return
            place += len(data)
            yield data

    def over(self) -> bool:
        """Whether the next one who asks has to ask the upstream anew."""
        return self.ended is not None and (
            not self.whole or time.monotonic() > self.ended + KEEP_SECONDS
        )


class Fetches:
    """The downloads under way, and those of the last minute."""

    def __init__(self, folder: str) -> None:
        self._folder, self._lock = folder, threading.Lock()
        self._of: dict[str, Fetch] = {}

    def get(self, url: str, headers: Message) -> Fetch:
        """The download of this URL; begins it where there is none."""
        with self._lock:
            self._forget()
            if url not in self._of:
                self._of[url] = Fetch(url, headers, self._folder)
            return self._of[url]

    def sweep(self) -> None:
        """Forgets what is over, for ever."""
        while True:
            time.sleep(KEEP_SECONDS)
            with self._lock:
                self._forget()

    def _forget(self) -> None:
        self._of = {url: fetch for url, fetch in self._of.items() if not fetch.over()}


def server(port: int, upstream: str, folder: str) -> ThreadingHTTPServer:
    """The server, on this board's own address for itself only; port 0 takes any free one."""
    fetches = Fetches(folder)
    threading.Thread(target=fetches.sweep, daemon=True).start()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                if LASTING.fullmatch(self.path) and not self.headers["Range"]:
                    self._follow(fetches.get(upstream + self.path, self.headers))
                else:
                    self._pass()
            except (ConnectionError, TimeoutError):
                self.close_connection = True

        do_HEAD = do_GET  # noqa: N815

        def _follow(self, fetch: Fetch) -> None:
            if not fetch.begun():
                self._unavailable()
                return
            self._begin(fetch.status, fetch.headers)
            if self.command == "GET":
                for data in fetch.chunks():
                    self.wfile.write(data)

        def _pass(self) -> None:
            try:
                response = ask(self.command, upstream + self.path, self.headers, follow=False)
            except (OSError, HTTPException) as error:
                print(f"{self.path}: {error}", file=sys.stderr, flush=True)
                self._unavailable()
                return
            with response:
                self._begin(response.status, response.headers.items())
                while data := response.read(CHUNK):
                    self.wfile.write(data)

        def _begin(self, status: int, headers: Any) -> None:
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in _NOT_PASSED:
                    self.send_header(name, value)
            self.end_headers()

        def _unavailable(self) -> None:
            # The registry then serves what it has.
            self._begin(503, [("Content-Length", "0")])

        def log_request(self, *_: Any) -> None:
            """Says nothing: journald writes to an SD card."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    server(int(sys.argv[1]), sys.argv[2], sys.argv[3]).serve_forever()
