"""An engine of a Swarm, as far as agents and servers ask it."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from typing_extensions import override


class PlayedEngine:
    """A node; its role may be changed while it runs."""

    def __init__(self, name: str, *, manages: bool, nodes: tuple[str, ...]) -> None:
        self.name = name
        self.manages = manages
        self.nodes = nodes

    def answer(self, path: str) -> tuple[int, Any]:
        """Status and value of a GET."""
        answers: dict[str, Any] = {
            "/info": {
                "Name": self.name,
                "ServerVersion": "20.10.24",
                "Swarm": {"LocalNodeState": "active", "ControlAvailable": self.manages},
            },
            "/containers/json": [{"Id": f"of-{self.name}", "State": "running", "Status": "Up"}],
            "/images/json": [{"Id": f"image-of-{self.name}"}],
            "/volumes": {"Volumes": [{"Name": f"volume-of-{self.name}"}], "Warnings": None},
            "/_ping": "OK",
        }
        managing: dict[str, Any] = {
            "/nodes": [_node(name) for name in self.nodes],
            "/services": [{"Spec": {"Labels": {"com.docker.stack.namespace": "demo"}}}],
            "/swarm": {"ID": "swarm-id"},
        }
        if path in managing and not self.manages:
            return 503, {"message": "This node is not a swarm manager."}
        answers |= managing
        if path not in answers:
            return 404, {"message": "page not found"}
        return 200, answers[path]


def _node(name: str) -> dict[str, Any]:
    resources = {"NanoCPUs": 4 * 10**9, "MemoryBytes": 2**30}
    return {"ID": name, "Description": {"Hostname": name, "Resources": resources}}


@contextmanager
def engine(path: Path, node: PlayedEngine) -> Iterator[PlayedEngine]:
    """The engine on a socket."""

    class Handler(BaseHTTPRequestHandler):
        """Answers by the node's words."""

        def do_GET(self) -> None:
            """All that agents ask."""
            status, value = node.answer(self.path.partition("?")[0])
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Api-Version", "1.41")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def address_string(self) -> str:
            return ""

        @override
        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing."""

    with socketserver.ThreadingUnixStreamServer(str(path), Handler) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True).start()
        yield node
        listening.shutdown()
