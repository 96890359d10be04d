"""Agents: whom they answer, and how they know of each other."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509

from tests.contract.api import PASSWORD, Api, refused
from tests.contract.conftest import SECRET
from tests.contract.played_engine import PlayedEngine, engine
from tests.contract.processes import Ended, administered, environment, free_port, process, server

SECONDS = 40
OTHER = {"AGENT_SECRET": "another"}
NO_MANAGER = "The agent was unable to contact any other agent located on a manager node"


@dataclass
class Boards:
    """Boards with a played engine each, and agents on 127.0.0.31 and so on."""

    version: str
    folder: Path
    port: int = field(default_factory=free_port)
    nodes: dict[int, PlayedEngine] = field(default_factory=dict)
    gossip: int = field(default_factory=lambda: free_port(socket.SOCK_DGRAM))
    stack: ExitStack = field(default_factory=ExitStack)

    def start(self, number: int, *, manages: bool, seeks: int, secret: str = SECRET) -> ExitStack:
        """An agent that looks for one other at its start; closing what it returns kills it."""
        board = self.stack.enter_context(ExitStack())
        path = self.folder / f"{number}-{time.monotonic_ns()}.sock"
        nodes = ("board1", "board2")
        node = PlayedEngine(f"board{number}", manages=manages, nodes=nodes)
        self.nodes[number] = node
        board.enter_context(engine(path, node))
        settings = environment(
            self.version,
            DOCKER_HOST=f"unix://{path}",
            AGENT_HOST=self.host(number),
            AGENT_PORT=str(self.port),
            AGENT_CLUSTER_ADDR=f"{self.host(seeks)}",
            AGENT_SECRET=secret,
            PLAYED_GOSSIP_PORT=str(self.gossip),
        )
        log = board.enter_context(process(["agent"], settings))
        assert not isinstance(log, Ended), log
        return board

    @staticmethod
    def host(number: int) -> str:
        """The address of a board."""
        return f"127.0.0.{30 + number}"

    def url(self, number: int) -> str:
        """The environment's URL of a board's agent."""
        return f"tcp://{self.host(number)}:{self.port}"


@pytest.fixture
def boards(newest: str, tmp_path: Path) -> Iterator[Boards]:
    """No boards yet."""
    made = Boards(newest, tmp_path)
    with made.stack:
        yield made


def test_who_gets_an_answer(boards: Boards) -> None:
    boards.start(1, manages=True, seeks=1)
    agent = f"https://{boards.host(1)}:{boards.port}"
    pem = ssl.get_server_certificate((boards.host(1), boards.port))
    certificate = boards.folder / "agent.pem"
    certificate.write_text(pem)
    ping = requests.get(f"{agent}/ping", verify=str(certificate), timeout=10)
    assert (ping.status_code, ping.content) == (204, b"")
    assert ping.headers["Portainer-Agent"] == boards.version
    assert ping.headers["Portainer-Agent-Platform"] == "1"
    for path in ("/info", "/agents", "/no/such"):
        reply = requests.get(f"{agent}{path}", verify=str(certificate), timeout=10)
        refused(reply, 403, "Missing request signature headers")
    headers = {"X-PortainerAgent-PublicKey": "00", "X-PortainerAgent-Signature": "AA=="}
    reply = requests.get(f"{agent}/info", verify=str(certificate), headers=headers, timeout=10)
    refused(reply, 403, "Invalid request signature", "Unauthorized")
    found = x509.load_pem_x509_certificate(pem.encode())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(a) for a in names.get_values_for_type(x509.IPAddress)] == [boards.host(1)]


def test_another_secret_and_another_servers_key_look_alike(
    boards: Boards, data: Path, tmp_path: Path
) -> None:
    boards.start(1, manages=True, seeks=1)
    boards.start(2, manages=True, seeks=2, secret="")
    unable = "Unable to initiate communications with environment"
    paired = "Agent already paired with another Portainer instance"
    with (
        administered(boards.version, data, **OTHER) as other,
        administered(boards.version, tmp_path / "first") as first,
        administered(boards.version, tmp_path / "second") as second,
    ):
        refused(other.api.create_environment("one", boards.url(1)), 500, unable, paired)
        assert first.api.create_environment("two", boards.url(2)).status_code == 200
        refused(second.api.create_environment("two", boards.url(2)), 500, unable, paired)
        assert first.api.get("/endpoints/1/docker/info").status_code == 200


def test_agents_lose_and_find_each_other(boards: Boards, data: Path) -> None:
    manager = boards.start(1, manages=True, seeks=1)
    # The second finds the first and tells the third, who never looked for it.
    boards.start(2, manages=False, seeks=1)
    boards.start(3, manages=False, seeks=2)
    with administered(boards.version, data, AGENT_SECRET=SECRET) as running:
        api = running.api
        wait_for(lambda: names_of(api, boards, 3) == ["board1", "board2", "board3"])
        path = f"/endpoints/{environment_of(api, boards, 3)}/docker"
        agents = api.get(f"{path}/agents").json()
        assert [agent["NodeRole"] for agent in agents] == ["manager", "worker", "worker"]
        assert api.get(f"{path}/info").json()["Name"] == "board1"
        containers = api.get(f"{path}/containers/json").json()
        assert [c["Id"] for c in containers] == ["of-board1", "of-board2", "of-board3"]
        manager.close()
        wait_for(lambda: names_of(api, boards, 3) == ["board2", "board3"])
        nobody = "Unable to find an agent on any manager node"
        refused(api.get(f"{path}/nodes"), 500, NO_MANAGER, nobody)
        assert api.get(f"{path}/containers/json").status_code == 200
        # One that is back and finds no one is not found either; one that seeks is.
        alone = boards.start(1, manages=True, seeks=1)
        assert names_of(api, boards, 1) == ["board1"]
        alone.close()
        boards.start(1, manages=True, seeks=3)
        wait_for(lambda: names_of(api, boards, 2) == ["board1", "board2", "board3"])
        assert api.get(f"{path}/nodes").status_code == 200


def test_an_environment_by_flag(boards: Boards, data: Path, tmp_path: Path) -> None:
    boards.start(1, manages=True, seeks=1)
    (tmp_path / "password").write_text(PASSWORD)
    flags = ["-H", boards.url(1), "--tlsskipverify"]
    flags += ["--admin-password-file", str(tmp_path / "password")]
    # Made for an agent that answers, even where it then refuses what is signed otherwise.
    with server(boards.version, data, *flags, **OTHER) as running:
        api = running.api.logged_in("admin", PASSWORD)
        (primary,) = api.get("/endpoints").json()
        assert (primary["Name"], primary["Type"], primary["ContainerEngine"]) == ("primary", 2, "")
        refused(
            api.get("/endpoints/1/docker/info"), 403, "Invalid request signature", "Unauthorized"
        )
        assert api.post("/endpoints/1/snapshot").status_code == 204
        assert api.get("/endpoints/1").json()["Status"] == 2
    # The same environment is up again once both have the same secret.
    with server(boards.version, data, *flags, AGENT_SECRET=SECRET) as running:
        api = running.api.logged_in("admin", PASSWORD)
        assert api.post("/endpoints/1/snapshot").status_code == 204
        assert api.get("/endpoints/1").json()["Status"] == 1


def test_a_role_that_changes(boards: Boards, data: Path) -> None:
    boards.start(1, manages=True, seeks=1)
    boards.start(2, manages=False, seeks=1)
    with administered(boards.version, data, AGENT_SECRET=SECRET) as running:
        wait_for(lambda: names_of(running.api, boards, 2) == ["board1", "board2"])
        path = f"/endpoints/{environment_of(running.api, boards, 2)}/docker/agents"
        boards.nodes[1].manages, boards.nodes[2].manages = False, True
        wanted = ["worker", "manager"]
        wait_for(lambda: [each["NodeRole"] for each in running.api.get(path).json()] == wanted)


def wait_for(reached: Callable[[], bool]) -> None:
    """Waits for a condition."""
    deadline = time.monotonic() + SECONDS
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def environment_of(api: Api, boards: Boards, number: int) -> int:
    """The environment behind a board's agent."""
    found = api.get(f"/endpoints?name=board{number}").json()
    if found:
        return int(found[0]["Id"])
    made: Any = api.create_environment(f"board{number}", boards.url(number)).json()
    return int(made["Id"])


def names_of(api: Api, boards: Boards, number: int) -> list[str]:
    """The nodes that a board's agent knows of."""
    number = environment_of(api, boards, number)
    return [agent["NodeName"] for agent in api.get(f"/endpoints/{number}/docker/agents").json()]
