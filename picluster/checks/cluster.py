"""What the checks ask, and by what means."""

import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from picluster.checks.verdict import Problem
from picluster.contact.ssh import Login, Result
from picluster.contact.together import together
from picluster.plan.config import ClusterConfig
from picluster.plan.daemons import HadoopRole
from picluster.plan.errors import UserError
from picluster.plan.node import Node
from picluster.plan.plan import Plan

T = TypeVar("T")


@dataclass
class Cluster:
    """The cluster as it is declared and planned, and the boards that answer."""

    config: ClusterConfig
    plan: Plan
    secrets: Path
    """Folder of the cluster's secrets on this computer."""
    known_hosts: Path
    stack: ExitStack
    """Closes the logins."""
    quick: bool = False
    logins: dict[str, Login] = field(default_factory=dict)
    """By name, of the boards that answer."""
    ran: dict[str, str] = field(default_factory=dict)
    """Name of a check to the identifier of the job that it ran."""
    _memo: dict[str, Any] = field(default_factory=dict)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All that are declared."""
        return self.config.nodes

    @property
    def answering(self) -> list[Node]:
        """Those that can be asked over SSH."""
        return [node for node in self.nodes if node.name in self.logins]

    @property
    def silent(self) -> list[str]:
        """Names of those that cannot."""
        return [node.name for node in self.nodes if node.name not in self.logins]

    def node(self, name: str) -> Node:
        """The node of this name."""
        return self.plan.node(name).node

    def address(self, name: str) -> str:
        """IPv4 address of a node."""
        return str(self.node(name).address)

    def address_of(self, role: HadoopRole) -> str:
        """IPv4 address of the node with a role that the plan gives to one node."""
        (name,) = self.plan.having(role)
        return self.address(name)

    def run(self, name: str, command: str, stdin: bytes = b"") -> Result:
        """Runs a command on a board as the ordinary user. Raises LoginError."""
        return self.logins[name].run(command, stdin)

    def on_boards(
        self, action: Callable[[Node], T], nodes: Collection[Node] | None = None
    ) -> tuple[Mapping[str, T], list[Problem]]:
        """What the action gave on each board that answers, all at once; and what went wrong."""
        found, problems = {}, []
        for node, outcome in together(list(self.answering if nodes is None else nodes), action):
            if isinstance(outcome, UserError):
                remedy = f"run the check again; if it stays so: sudo reboot on {node.name}"
                problems.append(Problem(f"{node.name}: {outcome}", remedy))
            else:
                found[node.name] = outcome
        return {n.name: found[n.name] for n in self.nodes if n.name in found}, problems

    def once(self, key: str, ask: Callable[[], T]) -> T:
        """The answer to a question that several checks have, asked by the first of them."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._memo:
                self._memo[key] = ask()
            answer: T = self._memo[key]
            return answer
