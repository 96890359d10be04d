"""How agents know of each other: found once by name, then kept by pings.

An agent looks for its peers in the first seconds only. Those that come later announce themselves
to all that they find; those that fall silent are forgotten, and so agents can lose each other.
"""

import json
import os
import select
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any

from .fatal import log

PING_SECONDS = float(os.environ.get("PLAYED_PING_SECONDS", "3"))
LOST_AFTER_PINGS = 5
JOIN_TRIES = 6
JOIN_SECONDS = PING_SECONDS / 3


@dataclass(frozen=True)
class Member:
    """An agent and the node that it runs on."""

    address: str
    node: str
    role: str


@dataclass
class _Peer:
    member: Member
    unanswered: int = 0


class Gossip:
    """The members that this agent knows of; itself is always one."""

    def __init__(self, own: Member, name: str, port: int) -> None:
        self._own = own
        self._name = name
        self._port = port
        self._peers: dict[str, _Peer] = {}
        self._lock = threading.Lock()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((own.address, port))

    @property
    def own(self) -> Member:
        """This agent."""
        return self._own

    def rename(self, node: str, role: str) -> None:
        """What this agent tells of itself from now on."""
        self._own = Member(self._own.address, node, role)

    def members(self) -> list[Member]:
        """All members in the order of their nodes' names."""
        with self._lock:
            others = [peer.member for peer in self._peers.values()]
        return sorted([self._own, *others], key=lambda member: (member.node, member.address))

    def run(self) -> None:
        """Joins and pings without an end."""
        tries = JOIN_TRIES
        next_join = next_ping = time.monotonic()
        while True:
            now = time.monotonic()
            if tries and now >= next_join:
                tries -= 1
                next_join = now + JOIN_SECONDS
                self._join()
            if now >= next_ping:
                next_ping = now + PING_SECONDS
                self._ping_all()
            soonest = min(next_join, next_ping) if tries else next_ping
            if select.select([self._socket], [], [], max(0.0, soonest - now))[0]:
                self._receive()

    def _join(self) -> None:
        try:
            found = socket.getaddrinfo(self._name, None, socket.AF_INET, socket.SOCK_DGRAM)
        except OSError:
            return
        for address in sorted({str(entry[4][0]) for entry in found}):
            self._introduce(address)

    def _introduce(self, address: str) -> None:
        if address != self._own.address and address not in self._peers:
            self._send("ping", address)

    def _ping_all(self) -> None:
        for address, peer in list(self._peers.items()):
            if peer.unanswered >= LOST_AFTER_PINGS:
                with self._lock:
                    del self._peers[address]
                log("info", "member left", node=peer.member.node, address=address)
            else:
                peer.unanswered += 1
                self._send("ping", address)

    def _send(self, kind: str, address: str) -> None:
        message = {
            "kind": kind,
            "node": self._own.node,
            "role": self._own.role,
            "known": list(self._peers),
        }
        try:
            self._socket.sendto(json.dumps(message).encode(), (address, self._port))
        except OSError as error:
            # No way there now; a peer that stays away is forgotten for its silence.
            log("debug", "no way to a member", address=address, error=str(error))

    def _receive(self) -> None:
        try:
            datagram, (address, _) = self._socket.recvfrom(65535)
            message: dict[str, Any] = json.loads(datagram)
            member = Member(address, str(message["node"]), str(message["role"]))
            known = [str(other) for other in message["known"]]
            is_ping = message["kind"] == "ping"
        except (OSError, ValueError, KeyError, TypeError):
            return
        with self._lock:
            if address not in self._peers:
                log("info", "member joined", node=member.node, address=address)
            self._peers[address] = _Peer(member)
        if is_ping:
            self._send("pong", address)
        for other in known:
            self._introduce(other)
