"""Boards whose engines follow the Swarm's rules, as far as the operations use them.

In place of `peers.ask` and `peers.run`: what a board says, and what becomes of a command. Time
passes by being slept through.
"""

import json
import shlex
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, cast

import pytest
from pyinfra.api import FunctionCommand, StringCommand
from pyinfra.connectors.util import CommandOutput, OutputLine

from operations import peers
from picluster.plan.swarm import SwarmNode, SwarmState
from tests.operations.board import Operation, Outcome, PlayedHost, outcome_of, playing
from tests.unit.plan.swarms import blank, inactive, manager, node, stopped, worker

TOKEN = "SWMTKN-1-digest-of-the-authority-and-a-secret"  # noqa: S105, of no Swarm
SWARM = "the-swarm"
DOWN_AFTER, CHANGE_AFTER = 15.0, 3.0
"""Seconds until managers miss a node, and until a change of role has come about."""


@dataclass
class Sent:
    """A command that came to a board."""

    host: str
    line: str
    stdin: str | None
    shown: bool

    @property
    def words(self) -> list[str]:
        return shlex.split(self.line)


@dataclass
class PlayedEngine:
    """What an engine keeps on its disk, and whether it runs."""

    state: str = "inactive"
    engine: str = "running"
    node_id: str | None = None
    swarm_id: str | None = None
    is_manager: bool = False
    answers: bool = True


class PlayedSwarm:
    """The boards, the Swarm's list of nodes, and the commands that came."""

    def __init__(self, *boards: str) -> None:
        self.boards = {name: PlayedEngine() for name in boards}
        self.nodes: dict[str, SwarmNode] = {}
        self.sent: list[Sent] = []
        self.asked: list[str] = []
        self.certificate_days = 90
        self.broken: dict[tuple[str, str], str] = {}
        """Complaint of a command that fails, by its board and a part of its line."""
        self.now = 0.0
        self._later: list[tuple[float, Callable[[], None]]] = []
        self._made = 0

    # Time.

    def install(self, monkeypatch: pytest.MonkeyPatch) -> "PlayedSwarm":
        """Puts itself where boards are asked and commanded."""
        monkeypatch.setattr(peers, "_ask", lambda other, fact, arguments: self._ask(other.name))
        monkeypatch.setattr(peers, "run", self.run)
        monkeypatch.setattr("time.monotonic", lambda: self.now)
        monkeypatch.setattr("time.sleep", self.sleep)
        return self

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        due = [action for when, action in self._later if when <= self.now]
        self._later = [entry for entry in self._later if entry[0] > self.now]
        for action in due:
            action()

    def _in(self, seconds: float, action: Callable[[], None]) -> None:
        self._later.append((self.now + seconds, action))

    # What a board says.

    def _ask(self, name: str) -> SwarmState | None:
        self.asked.append(name)
        return self.state(name)

    def state(self, name: str) -> SwarmState | None:
        board = self.boards[name]
        if not board.answers:
            return None
        if board.engine == "absent" and board.swarm_id is None:
            return blank()
        if board.node_id is None:
            return (
                inactive(state=board.state)
                if board.engine == "running"
                else blank(engine=board.engine)
            )
        more: dict[str, Any] = {
            "state": board.state,
            "node_id": board.node_id,
            "swarm_id": board.swarm_id,
            "remote_managers": max(1, len(self.circle())),
        }
        if not board.is_manager:
            found = worker(name, **more)
        else:
            nodes = deepcopy([*self.nodes.values()]) if self.leads(name) else None
            found = manager(name, nodes, **more)
            if nodes is not None:
                found["certificate_seconds"] = self.certificate_days * 86400
        return found if board.engine == "running" else stopped(found, board.engine)

    def circle(self) -> list[SwarmNode]:
        return [entry for entry in self.nodes.values() if entry["reachability"] is not None]

    def leads(self, name: str) -> bool:
        """Whether a board is one of a majority of managers that reach each other."""
        up = [entry["id"] for entry in self.circle() if self._is_up(entry)]
        return self.boards[name].node_id in up and 2 * len(up) > len(self.circle())

    def _is_up(self, entry: SwarmNode) -> bool:
        return any(
            board.answers and board.engine == "running" and board.node_id == entry["id"]
            for board in self.boards.values()
        )

    # What happens to boards.

    def form(self, *managers: str) -> "PlayedSwarm":
        """All boards are members, these manage."""
        for name in self.boards:
            self._enter(name, is_manager=name in managers)
        return self

    def _enter(self, name: str, *, is_manager: bool = False) -> None:
        self._made += 1
        made = node(name, id=f"{name}-{self._made}")
        board = self.boards[name]
        board.state, board.node_id, board.swarm_id = "active", made["id"], SWARM
        self.nodes[made["id"]] = made
        if is_manager:
            self._promoted(made["id"])

    def _promoted(self, node_id: str) -> None:
        entry = self.nodes.get(node_id)
        if entry is not None:
            address = f"{entry['hostname']}:2377"
            entry.update(
                {"role": "manager", "reachability": "reachable", "manager_address": address}
            )
        for board in self.boards.values():
            if board.node_id == node_id:
                board.is_manager = True

    def _demoted(self, node_id: str) -> None:
        entry = self.nodes.get(node_id)
        if entry is not None:
            entry.update({"role": "worker", "reachability": None, "manager_address": None})
        for board in self.boards.values():
            if board.node_id == node_id:
                board.is_manager = False

    def _missed(self, node_id: str | None) -> None:
        if (entry := self.nodes.get(node_id or "")) is not None:
            entry["state"] = "down"
            if entry["reachability"] is not None:
                entry["reachability"] = "unreachable"

    def lose(self, name: str, *, at_once: bool = True) -> None:
        """The board's power goes; its managers notice."""
        self.boards[name].answers = False
        self._leave_word(name, at_once)

    def reflash(self, name: str, *, at_once: bool = True) -> None:
        """The board gets a new card."""
        self._leave_word(name, at_once)
        self.boards[name] = PlayedEngine(engine="absent")

    def leave(self, name: str, *, at_once: bool = False) -> None:
        """The board leaves without a word to the managers."""
        self._leave_word(name, at_once)
        self.boards[name] = PlayedEngine()

    def entry(self, name: str) -> SwarmNode:
        """The board's own node, as the managers see it."""
        return self.nodes[self.boards[name].node_id or ""]

    def change(self, name: str, **changes: Any) -> None:
        """Somebody changes the board's own node."""
        cast(dict[str, Any], self.entry(name)).update(changes)

    def _leave_word(self, name: str, at_once: bool) -> None:
        node_id = self.boards[name].node_id
        if at_once:
            self._missed(node_id)
        else:
            self._in(DOWN_AFTER, lambda: self._missed(node_id))

    # Commands.

    def run(
        self, other: Any, command: StringCommand, *, show: bool = False, **more: Any
    ) -> tuple[bool, CommandOutput]:
        """As `peers.run`."""
        stdin = more.pop("_stdin", None)
        assert not more
        sent = Sent(other.name, command.get_raw_value(), stdin, show)
        self.sent.append(sent)
        for (name, part), complaint in self.broken.items():
            if name == sent.host and part in sent.line:
                return self._refuse(sent, complaint)
        complaint_or_answer = self._obey(sent)
        if isinstance(complaint_or_answer, list):
            return True, _output("stdout", complaint_or_answer)
        return self._refuse(sent, complaint_or_answer)

    def _refuse(self, sent: Sent, complaint: str) -> tuple[bool, CommandOutput]:
        if sent.words[0] == "curl":
            if sent.words[-1].endswith("/join"):
                self.boards[sent.host].state = "pending"
            return True, _output("stdout", [json.dumps({"message": complaint}), "503"])
        return False, _output("stderr", [f"Error response from daemon: {complaint}"])

    def _obey(self, sent: Sent) -> list[str] | str:
        """What the board prints, or what it complains about."""
        words, board = sent.words, self.boards[sent.host]
        if not board.answers or board.engine != "running":
            return "Cannot connect to the Docker daemon"
        match words:
            case ["curl", *_, url]:
                return self._http(sent, url.removeprefix("http://docker"))
            case ["docker", "swarm", "leave", "--force"]:
                if board.state == "inactive":
                    return "This node is not part of a swarm"
                self.leave(sent.host)
                return []
            case ["docker", "swarm", ("ca" | "update"), *_, expiry]:
                self.certificate_days = int(expiry.removesuffix("h")) // 24
                return [] if self.leads(sent.host) else "This node is not a swarm manager"
            case ["docker", "node", verb, *options, node_id]:
                return self._node(sent.host, verb, options, node_id)
        return f"unknown command {words}"

    def _http(self, sent: Sent, path: str) -> list[str] | str:
        board, body = self.boards[sent.host], json.loads(sent.stdin or "null")
        match path:
            case "/swarm" if self.leads(sent.host):
                return [json.dumps({"ID": SWARM, "JoinTokens": {"Worker": TOKEN}}), "200"]
            case "/swarm/init" if body.get("ForceNewCluster") and board.is_manager:
                for entry in self.circle():
                    if entry["id"] != board.node_id:
                        entry.update({"reachability": None, "state": "down"})
                return ['"node"', "200"]
            case "/swarm/init" if board.state == "inactive":
                self._enter(sent.host, is_manager=True)
                return ['"node"', "200"]
            case "/swarm/join" if board.state == "inactive":
                if body["JoinToken"] != TOKEN or not body["RemoteAddrs"]:
                    return f"invalid join token {body['JoinToken']}"
                self._enter(sent.host)
                return ["", "200"]
        return "This node is already part of a swarm, or of none"

    def _node(self, host: str, verb: str, options: list[str], node_id: str) -> list[str] | str:
        entry = self.nodes.get(node_id)
        if not self.leads(host):
            return "The swarm does not have a leader"
        if entry is None:
            return f"node {node_id} not found"
        if verb == "promote":
            entry["role"] = "manager"
            self._in(CHANGE_AFTER, lambda: self._promoted(node_id))
        elif verb == "demote":
            if entry["reachability"] is None:
                return "can't find manager in raft memberlist"
            if self._is_up(entry):
                self._in(CHANGE_AFTER, lambda: self._demoted(node_id))
            else:
                self._demoted(node_id)
        elif verb == "rm":
            if entry["reachability"] is not None:
                return "is a cluster manager and is a member of the raft cluster"
            if entry["state"] == "ready" and "--force" not in options:
                return f"node {node_id} is not down and can't be removed"
            del self.nodes[node_id]
        else:
            return self._update(entry, options)
        return []

    def _update(self, entry: SwarmNode, options: list[str]) -> list[str] | str:
        for option, value in zip(options[::2], options[1::2], strict=True):
            if option == "--label-add":
                key, _, text = value.partition("=")
                entry["labels"][key] = text
            elif option == "--label-rm":
                del entry["labels"][value]
            elif option == "--availability":
                entry["availability"] = value
            else:
                return f"unknown flag {option}"
        return []

    # Operations.

    def host(self, name: str) -> PlayedHost:
        def get_fact(fact: Any, **_: Any) -> Any:
            raise AssertionError(f"{fact} is to be asked by way of peers")

        made = PlayedHost(get_fact, name=name)
        made.connected = self.boards[name].answers
        return made

    def call(
        self, operation: Operation, *, executing: bool = False, only: Iterable[str] = (),
        began: Iterable[str] = (), first: bool = True, **arguments: Any,
    ) -> dict[str, Outcome]:  # fmt: skip
        """The operation called on every board that answers, or on some; changes are made.

        An argument that is a function is made by it from the board's name.

        + began: the boards that the run began with, also those that have failed since
        + first: nothing is known from operations before
        """
        if first:
            peers.forget()
        names = list(only) or [name for name, board in self.boards.items() if board.answers]
        hosts = {name: self.host(name) for name in self.boards}
        outcomes: dict[str, Outcome] = {}
        for name in names:
            others = [host for other, host in hosts.items() if other != name]
            with playing(hosts[name], *others, executing=executing, keep=True) as state:
                given = {k: v(name) if callable(v) else v for k, v in arguments.items()}
                state.activated_hosts = {hosts[other] for other in began or names}
                found = outcome_of(operation, hosts[name], **given)
                outcomes[name] = found
                for command in found.commands if executing else []:
                    assert isinstance(command, FunctionCommand)
                    if not command.execute(state, hosts[name], {}):  # type: ignore[arg-type]
                        found.failed = True
        return outcomes


def _output(kind: str, lines: list[str]) -> CommandOutput:
    return CommandOutput([OutputLine(kind, line) for line in lines])
