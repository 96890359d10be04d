"""The program between the registry and the one that it mirrors: one fetch for all who ask."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from deploys.mirror import fetch_once

LAYER = bytes(range(256)) * 4096
NAME = hashlib.sha256(LAYER).hexdigest()
BLOB = f"/v2/library/big/blobs/sha256:{NAME}"
Answer = Callable[[BaseHTTPRequestHandler], None]


class Upstream:
    """A registry that writes down what it is asked, and answers as told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str | None]] = []
        self.answers: dict[str, Answer] = {}
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                token = self.headers["Authorization"]
                upstream.asked.append((self.command, self.path, token))
                upstream.answers[self.path](self)

            do_HEAD = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:  # type: ignore[explicit-override]
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


def says(body: bytes, status: int = 200, cut: int = 0, **headers: str) -> Answer:
    """An answer; `cut` bytes are missing at its end."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command == "GET":
            handler.wfile.write(body[: len(body) - cut])

    return answer


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    made = Upstream()
    with serving(made.server):
        yield made


@pytest.fixture
def url(upstream: Upstream, tmp_path: Path) -> Iterator[str]:
    server = fetch_once.server(0, upstream.url, str(tmp_path))
    with serving(server):
        yield f"http://127.0.0.1:{server.server_port}"


def test_many_who_ask_at_once_make_one_fetch(upstream: Upstream, url: str, tmp_path: Path) -> None:
    half_way, all_there = threading.Event(), threading.Event()

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(LAYER)))
        handler.end_headers()
        handler.wfile.write(LAYER[: len(LAYER) // 2])
        half_way.set()
        assert all_there.wait(20)
        handler.wfile.write(LAYER[len(LAYER) // 2 :])

    upstream.answers[BLOB] = slowly

    def fetch(number: int) -> bytes:
        with requests.get(url + BLOB, stream=True, timeout=30) as response:
            begun = response.raw.read(10)
            assert half_way.is_set()
            if number == 7:
                all_there.set()
            return bytes(begun + response.raw.read())

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(fetch, range(8))) == {LAYER}
    assert requests.get(url + BLOB, timeout=30).content == LAYER, "the registry stores it yet"
    assert upstream.asked == [("GET", BLOB, None)]
    assert list(tmp_path.iterdir()) == [], "what is fetched has no name on the disk"


def test_after_a_minute_it_is_asked_for_anew(
    upstream: Upstream, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.answers[BLOB] = says(LAYER)
    monkeypatch.setattr(fetch_once, "KEEP_SECONDS", -1)
    for _ in range(2):
        assert requests.get(url + BLOB, timeout=30).content == LAYER
    assert len(upstream.asked) == 2


def test_tags_and_tokens_pass_through(upstream: Upstream, url: str) -> None:
    tag, asks = "/v2/library/big/manifests/1", 'Bearer realm="https://auth.test/token"'
    upstream.answers[tag] = says(b"{}", Docker_Content_Digest="sha256:1")
    upstream.answers["/v2/"] = says(b"no", 401, WWW_Authenticate=asks)
    for method in ("GET", "HEAD", "GET"):
        response = requests.request(method, url + tag, headers={"Authorization": "x"}, timeout=30)
        assert response.headers["Docker-Content-Digest"] == "sha256:1"
    assert upstream.asked == [(method, tag, "x") for method in ("GET", "HEAD", "GET")]
    refused = requests.get(f"{url}/v2/", timeout=30)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, asks)


def test_a_refusal_is_passed_on_and_not_kept(upstream: Upstream, url: str) -> None:
    upstream.answers[BLOB] = says(b"too many", 429, Retry_After="60")
    refused = requests.get(url + BLOB, timeout=30)
    assert (refused.status_code, refused.content) == (429, b"too many")
    assert refused.headers["Retry-After"] == "60"
    upstream.answers[BLOB] = says(LAYER)
    assert requests.get(url + BLOB, timeout=30).content == LAYER


def test_what_breaks_off_breaks_off_and_is_not_kept(upstream: Upstream, url: str) -> None:
    upstream.answers[BLOB] = says(LAYER, cut=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(url + BLOB, timeout=30)
    upstream.answers[BLOB] = says(LAYER)
    assert requests.get(url + BLOB, timeout=30).content == LAYER


def test_a_layer_on_another_host_is_fetched_without_the_token(upstream: Upstream, url: str) -> None:
    other = Upstream()
    other.answers["/storage"] = says(LAYER)
    upstream.answers[BLOB] = says(b"", 307, Location=f"{other.url}/storage")
    with serving(other.server):
        response = requests.get(url + BLOB, headers={"Authorization": "Bearer t"}, timeout=30)
    assert (response.status_code, response.content) == (200, LAYER)
    assert upstream.asked == [("GET", BLOB, "Bearer t")]
    assert other.asked == [("GET", "/storage", None)]


@pytest.mark.parametrize("path", [BLOB, "/v2/", "/v2/library/big/manifests/1"])
def test_without_an_upstream_it_is_unavailable(path: str, tmp_path: Path) -> None:
    gone = Upstream()
    gone.server.server_close()
    server = fetch_once.server(0, gone.url, str(tmp_path))
    with serving(server):
        response = requests.get(f"http://127.0.0.1:{server.server_port}{path}", timeout=30)
    assert response.status_code == 503
