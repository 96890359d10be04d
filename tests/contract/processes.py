"""The stand-in as processes of this computer."""

import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from picluster.lab.portainer.image import PROGRAM
from tests.contract.api import PASSWORD, Api

START_SECONDS = 20
WITHOUT_TOKEN = {"PORTAINER_NO_SETUP_TOKEN": "1"}


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody listens on."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Ended:
    """A process that ended instead of serving."""

    code: int
    log: list[str]


@dataclass
class Server:
    """A server that runs."""

    api: Api
    log: list[str]


def environment(version: str, **changes: str) -> dict[str, str]:
    """What a process of the stand-in is given: nothing of this computer's own settings."""
    return {
        "PATH": os.environ["PATH"],
        "PLAYED_VERSION": version,
        "PLAYED_RESTART_SECONDS": "0.1",
        "PLAYED_AGENT_DELAY_SECONDS": "0",
        "PLAYED_PING_SECONDS": "0.4",
        "PLAYED_ROLE_SECONDS": "0.3",
    } | changes


@contextmanager
def process(arguments: list[str], settings: dict[str, str]) -> Iterator[list[str] | Ended]:
    """Its log until it serves, or how it ended before that."""
    with subprocess.Popen(
        [sys.executable, "-m", PROGRAM.name, *arguments],
        cwd=PROGRAM.parent,
        env=settings,
        stderr=subprocess.PIPE,
    ) as running:
        try:
            yield _wait(running)
        finally:
            running.kill()


def _wait(running: "subprocess.Popen[bytes]") -> list[str] | Ended:
    assert running.stderr is not None
    deadline, text = time.monotonic() + START_SECONDS, b""
    while select.select([running.stderr], [], [], max(0.0, deadline - time.monotonic()))[0]:
        piece = os.read(running.stderr.fileno(), 65536)
        text += piece
        if not piece:
            return Ended(running.wait(), text.decode().splitlines())
        if b'"message": "stand-in for' in text and text.endswith(b"\n"):
            return text.decode().splitlines()
    raise TimeoutError(text)


@contextmanager
def server(version: str, data: Path, *flags: str, **settings: str) -> Iterator[Server]:
    """A server with its data in a folder."""
    arguments = ["server", "--data", str(data), "--bind-https", "127.0.0.1:0", *flags]
    with process(arguments, environment(version, **settings)) as log:
        assert not isinstance(log, Ended), log
        port = json.loads(log[-1])["port"]
        yield Server(Api(f"https://localhost:{port}", str(data / "certs/cert.pem")), log)


@contextmanager
def administered(version: str, data: Path, *flags: str, **settings: str) -> Iterator[Server]:
    """A new server for its administrator."""
    with server(version, data, *flags, **settings, **WITHOUT_TOKEN) as running:
        wish = {"Username": "admin", "Password": PASSWORD}
        assert running.api.post("/users/admin/init", json=wish).status_code == 200
        yield Server(running.api.logged_in("admin", PASSWORD), running.log)


def ended_server(version: str, data: Path, *flags: str, **settings: str) -> Ended:
    """How a server ends that cannot start."""
    with process(["server", "--data", str(data), *flags], environment(version, **settings)) as log:
        assert isinstance(log, Ended), log
        return log


def message_of(line: str) -> str:
    """The message of a log's line."""
    return str(json.loads(line)["message"])
