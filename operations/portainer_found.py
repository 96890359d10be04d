"""What is found of Portainer: on all boards, among the Swarm's services, and over its API.

Read once for all operations of a stage, until something changes.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from gevent.lock import RLock
from pyinfra import host, inventory, state

from facts.portainer import UNKNOWN, Portainer
from operations import peers
from operations.acting import acting
from operations.portainer_access import Access, read
from operations.swarm_evidence import Evidence, evidence
from picluster.plan import portainer
from picluster.plan.portainer import FoundBoard, FoundServer, expected_nodes, without_agent

POLL_SECONDS = 1.0
START_SECONDS = 60
"""A server that was started just now, or whose board boots, answers within this time."""
GOSSIP_SECONDS = 30
"""Agents that started just now find each other within this time, or not at all."""


@dataclass(frozen=True)
class Found:
    """What all who could be asked say of Portainer."""

    planned: str
    """Name of the host that carries the server."""
    seen: Evidence
    actor: str | None
    """Name of the host in whose place the API is spoken to."""
    boards: dict[str, FoundBoard | None]
    image: str | None
    """Of the server's service, None where there is none or nobody can tell."""
    server: FoundServer

    @property
    def board(self) -> FoundBoard | None:
        """What the board that carries the server says of it."""
        return self.boards.get(self.planned)

    @property
    def has_data(self) -> bool:
        """Whether the server was set up before, by the disk of its board."""
        return self.board is not None and self.board.data

    @property
    def is_blank(self) -> bool:
        """Proven by the disk of its board: whatever server starts there has to be set up."""
        return self.board is not None and not self.has_data and not self.server.answers

    @property
    def version(self) -> str | None:
        """Of the server's image."""
        tag = (self.image or "").partition("@")[0].rpartition(":")[2]
        return tag or None

    @property
    def without_agent(self) -> list[str]:
        """Nodes that the server does not see, by the names of their hosts."""
        expected = expected_nodes(self.seen.verdict.nodes or ())
        return without_agent(expected, self.server.agents or frozenset())


_lock = RLock()
_memo: dict[object, Found] = {}


def found(planned: str, managers: Sequence[str], access: Access) -> Found:
    """What is found, the same for all hosts of a run.

    + planned: name of the host that carries the server
    + managers: names of the hosts that manage the Swarm
    """
    seen = evidence(managers)
    with _lock:
        key = (state.current_stage, peers.change())
        if key in _memo:
            return _memo[key]
        result = _look(planned, managers, access, seen)
        _memo.clear()
        # Its own waiting may have let others be asked anew.
        _memo[state.current_stage, peers.change()] = result
        return result


def _look(planned: str, managers: Sequence[str], access: Access, seen: Evidence) -> Found:
    boards = _boards(planned)
    image = _image(seen, boards)
    server = FoundServer(unreachable="there is no server")
    if image is not None:
        own = boards.get(planned)
        comes = own is not None and (own.data or state.is_executing)
        server = read(access, START_SECONDS if comes else 0)
    result = Found(planned, seen, acting(seen, managers), boards, image, server)
    if server.environment is None:
        return result
    deadline = time.monotonic() + GOSSIP_SECONDS
    while result.without_agent and time.monotonic() < deadline:
        # Somebody may be on the way back: an agent that died, a board that has booted.
        time.sleep(POLL_SECONDS)
        peers.forget()
        result = Found(planned, evidence(managers), result.actor, boards, image, read(access))
    return result


def _boards(planned: str) -> dict[str, FoundBoard | None]:
    names = [host.name, planned, *(h.name for h in inventory if h.connected)]
    boards = {name: _board(name) for name in dict.fromkeys(names)}
    own = boards[planned]
    if own is None or not own.data:
        # Before a server begins anew: one that --limit leaves out may have its data.
        boards |= {h.name: _board(h.name) for h in inventory if h.name not in boards}
    return boards


def _board(name: str) -> FoundBoard | None:
    answer = peers.ask(
        name,
        Portainer,
        volume=portainer.VOLUME,
        port=portainer.PORT,
        server=portainer.SERVER_SERVICE,
    )
    return None if answer is None else FoundBoard(**answer)


def _image(seen: Evidence, boards: dict[str, FoundBoard | None]) -> str | None:
    for name in seen.verdict.through:
        board = boards.get(name)
        if board is not None and board.image != UNKNOWN:
            return board.image
    return None
