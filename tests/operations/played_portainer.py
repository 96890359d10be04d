"""A Swarm with Portainer: agents, a server, its data on a disk, and its API as far as it is used.

The server refuses what the real one refuses (docs/portainer-contract.md). Time passes by being
slept through.
"""

import json
import re
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api import StringCommand
from pyinfra.connectors.util import CommandOutput
from typing_extensions import override

from facts.portainer import BoardState, Portainer
from facts.stacks import Stacks
from operations import peers
from picluster.plan.portainer import AGENT_SERVICE, SERVER_SERVICE
from picluster.portainer import (
    Agent,
    AlreadyInitialisedError,
    Environment,
    InitialisationTimeoutError,
    NameTakenError,
    NotFoundError,
    PortainerError,
    SetupTokenError,
    Status,
    UnreachableError,
    WrongBackupPasswordError,
    WrongPasswordError,
)
from picluster.portainer.archive import ENCRYPTED
from tests.operations.played_stacks import PlayedStacks
from tests.operations.played_swarm import Sent

Json = dict[str, Any]
CARRIER = "pi4"
"""Host that carries the server."""
START_SECONDS, STOP_SECONDS, PATIENCE_SECONDS = 4.0, 8.0, 300.0
"""Until a server answers, until a container has ended, and until an administrator is waited for."""


class KilledError(BaseException):
    """The run ends in the middle of a step, without any more words."""


@dataclass
class Data:
    """What is in the server's volume."""

    version: str
    password: str | None = None
    telemetry: bool = True
    environments: list[Json] = field(default_factory=list)
    ids: int = 0


class PlayedPortainer(PlayedStacks):
    """Boards of a Swarm, and what is played of Portainer on them."""

    def __init__(self, *boards: str) -> None:
        super().__init__(*boards)
        self.data: dict[str, Data] = {}
        """By the name of the board that has it."""
        self.aside: list[Data] = []
        self.started: float | None = None
        """When the server's process began; None without one."""
        self.ends = 0.0
        """When its last container will have ended."""
        self.start_seconds = START_SECONDS
        self.firewall = False
        self.agents_run = float("inf")
        """When the agents will answer."""
        self.known: set[str] = set()
        """Nodes whose agents know each other."""
        self.agents_heal = True
        """Whether agents find each other after a restart."""
        self.refuses: dict[str, PortainerError] = {}
        """What becomes of a call of the API, by its name."""
        self.calls: list[str] = []
        """Calls of the API that change something."""
        self.kill_after: int | None = None
        """How many changes are made until the run is killed."""

    @override
    def install(self, monkeypatch: pytest.MonkeyPatch) -> "PlayedPortainer":
        super().install(monkeypatch)

        def ask(other: Any, fact: Any, arguments: Json) -> Any:
            if fact is Portainer:
                return self._board(other.name)
            if fact is Stacks:
                return self._stacks(**arguments) if self.tells else None
            return self._ask(other.name)

        monkeypatch.setattr(peers, "_ask", ask)
        monkeypatch.setattr("picluster.portainer.Portainer", self._client)
        return self

    def _client(self, url: str, ca_file: Path, *, setup_token: str | None = None) -> "Client":
        assert url == "https://192.0.2.15:9443"
        assert ca_file.exists()
        return Client(self, setup_token)

    @property
    def version(self) -> str | None:
        """Of the server's image."""
        if SERVER_SERVICE not in self.services:
            return None
        return str(self.services[SERVER_SERVICE]["spec"]["image"]).rpartition(":")[2]

    def changed(self, what: str) -> None:
        """Something was changed: the run may be killed now."""
        self.calls.append(what)
        if self.kill_after is not None and len(self.calls) >= self.kill_after:
            raise KilledError

    # What a board says.

    def _board(self, name: str) -> BoardState | None:
        board = self.boards[name]
        if not board.answers:
            return None
        here = name == CARRIER and (self.started is not None or self.now < self.ends)
        service = self.services.get(SERVER_SERVICE)
        return BoardState(
            data=name in self.data,
            broken_key=False,
            path="/var/lib/docker/volumes/portainer_data/_data",
            listener="docker-proxy" if here else None,
            holder="portainer_server.1.x" if here else None,
            service=SERVER_SERVICE if here else None,
            image=service["spec"]["image"] if service and self.leads(name) else None,
        )

    # Commands.

    @override
    def run(
        self, other: Any, command: StringCommand, *, show: bool = False, **more: Any
    ) -> tuple[bool, CommandOutput]:
        done = super().run(other, command, show=show, **more)
        words = self.sent[-1].words
        if done[0] and words[:2] != ["docker", "ps"] and "logs" not in words:
            self.changed(" ".join(words[:4]))
        return done

    @override
    def _obey(self, sent: Sent) -> list[str] | str:
        match sent.words:
            case ["docker", "stack", "deploy", *_]:
                data = json.loads(sent.stdin or "")
                for short, network in [*data["networks"].items()]:
                    if network.get("external"):
                        if network["name"] not in self.networks:
                            return f"network {network['name']} could not be found"
                        del data["networks"][short]
                before = {name: entry["made"] for name, entry in self.services.items()}
                answer = super()._obey(Sent(sent.host, sent.line, json.dumps(data), sent.shown))
                for name, entry in self.services.items():
                    if entry["made"] != before.get(name):
                        self._begin(name)
                return answer
            case ["docker", "stack", "rm", "portainer"]:
                self.stop()
            case ["docker", "service", "update", "--detach", "--force", name]:
                if name not in self.services:
                    return f"service {name} not found"
                self._begin(name)
                return []
            case ["docker", "ps", "--quiet", "--filter", _]:
                runs = self.started is not None or self.now < self.ends
                return ["0123456789ab"] if runs and sent.host == CARRIER else []
            case ["set", "-e;", "if", *_]:
                assert self.started is None, "the data of a server that runs is left alone"
                assert self.now >= self.ends
                if sent.host in self.data:
                    self.aside.append(self.data.pop(sent.host))
                return []
        return super()._obey(sent)

    def _begin(self, service: str) -> None:
        if service == SERVER_SERVICE:
            self.started = max(self.now, self.ends)
            version = self.version or ""
            data = self.data.setdefault(CARRIER, Data(version))
            assert _numbers(version) >= _numbers(data.version), "data never goes down"
            data.version = version
        elif service == AGENT_SERVICE:
            self.agents_run = self.now + 3
            self._in(10, self._meet)

    def stop(self) -> None:
        """The server's service goes; its container a moment later."""
        if self.started is not None:
            self.started, self.ends = None, self.now + STOP_SECONDS

    def reflashed(self) -> None:
        """The server's data is gone, and another server has begun."""
        self.data.clear()
        self._begin(SERVER_SERVICE)

    def _meet(self) -> None:
        if self.agents_heal:
            self.known = {n["hostname"] for n in self.nodes.values() if n["state"] == "ready"}


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall("[0-9]+", version)]


class Client:
    """In the place of `picluster.portainer.Portainer`."""

    def __init__(self, played: PlayedPortainer, setup_token: str | None) -> None:
        self._played, self._token = played, setup_token
        self._password: str | None = None

    def _data(self, call: str, *, needs_login: bool = False) -> Data:
        """What the server knows; raises what the real one would answer."""
        played = self._played
        data = played.data.get(CARRIER)
        if played.firewall:
            raise UnreachableError("nothing there takes a connection (timeout)")
        if played.started is None or played.now < played.started + played.start_seconds:
            raise UnreachableError("connection refused; nothing listens there")
        assert data is not None
        if data.password is None and played.now > played.started + PATIENCE_SECONDS:
            raise InitialisationTimeoutError("nobody made an administrator", 303)
        if call in played.refuses:
            raise played.refuses[call]
        if needs_login and (self._password is None or self._password != data.password):
            raise PortainerError("Invalid JWT token", 401)
        return data

    def status(self) -> Status:
        return Status(version=self._data("status").version, instance_id="one")

    def wait_until_ready(self, seconds: float) -> Status:
        deadline = self._played.now + seconds
        while True:
            try:
                return self.status()
            except UnreachableError:
                if self._played.now > deadline:
                    raise
            self._played.sleep(1)

    def has_administrator(self) -> bool:
        return self._data("has_administrator").password is not None

    def create_administrator(self, name: str, password: str) -> None:
        data = self._data("create_administrator")
        if data.password is not None:
            raise AlreadyInitialisedError("An administrator user already exists", 409)
        service = self._played.services[SERVER_SERVICE]["spec"]
        if self._token != service["environment"]["PORTAINER_SETUP_TOKEN"]:
            raise SetupTokenError("the setup token is wrong", 403)
        assert name == "admin"
        data.password = password
        self._played.changed("create_administrator")

    def login(self, name: str, password: str) -> None:
        data = self._data("login")
        if password != data.password:
            raise WrongPasswordError("Invalid credentials", 422)
        self._password = password

    def settings(self) -> Json:
        return {"EnableTelemetry": self._data("settings", needs_login=True).telemetry}

    def update_settings(self, **changes: Any) -> None:
        data = self._data("update_settings", needs_login=True)
        data.telemetry = changes.pop("EnableTelemetry")
        assert not changes
        self._played.changed("update_settings")

    def environments(self) -> list[Environment]:
        data = self._data("environments", needs_login=True)
        return [Environment(**environment) for environment in data.environments]

    def create_environment(self, name: str, url: str) -> None:
        data = self._data("create_environment", needs_login=True)
        if name in {environment["name"] for environment in data.environments}:
            raise NameTakenError("Name is not unique", 409)
        data.ids += 1  # a create that fails takes one, too
        if self._played.now < self._played.agents_run:
            raise PortainerError("Unable to get environment type", 500)
        data.environments.append(
            {"id": data.ids, "name": name, "type": 2, "url": url, "status": 1, "tls": True,
             "tls_skip_verify": True}
        )  # fmt: skip
        self._played.changed("create_environment")

    def update_environment(self, environment_id: int, **changes: Any) -> None:
        environment = self._environment("update_environment", environment_id)
        names = {"TLS": "tls", "TLSSkipVerify": "tls_skip_verify"}
        environment.update({names[key]: value for key, value in changes.items() if key in names})
        self._played.changed("update_environment")

    def snapshot(self, environment_id: int) -> None:
        environment = self._environment("snapshot", environment_id)
        environment["status"] = 1 if self._played.known else 2

    def agents(self, environment_id: int) -> list[Agent]:
        self._environment("agents", environment_id)
        known = sorted(self._played.known)
        return [Agent(address="10.0.1.2", node_name=name) for name in known]

    def _environment(self, call: str, environment_id: int) -> Json:
        data = self._data(call, needs_login=True)
        for environment in data.environments:
            if environment["id"] == environment_id:
                return environment
        raise NotFoundError("Unable to find an environment", 404)

    def backup(self, password: str, path: Path) -> None:
        data = self._data("backup", needs_login=True)
        path.write_bytes(ENCRYPTED + json.dumps([password, vars(data)]).encode())
        self._played.changed("backup")

    def restore(self, path: Path, password: str) -> None:
        data = self._data("restore")
        if data.password is not None:
            raise AlreadyInitialisedError("Cannot restore already initialized instance", 400)
        given, kept = json.loads(path.read_bytes().removeprefix(ENCRYPTED))
        if given != password:
            raise WrongBackupPasswordError("Failed to decrypt the archive", 500)
        self._played.data[CARRIER] = Data(**deepcopy(kept) | {"version": data.version})
        self._played.started = self._played.now - self._played.start_seconds + 1
        self._played.changed("restore")
