"""Which node of the Swarm an agent runs on, as the engine says."""

import socket
from dataclasses import dataclass

from .engine import ask
from .fatal import fatal


@dataclass(frozen=True)
class Node:
    """A node's name, and whether it is of a Swarm and manages it."""

    name: str
    in_swarm: bool
    is_manager: bool

    @property
    def role(self) -> str:
        """As agents write it."""
        return "manager" if self.is_manager else "worker"


def read_node() -> Node:
    """This node as it is now; raises FatalError when its engine does not answer."""
    try:
        reply = ask("GET", "/info")
        information = reply.json()
        swarm = information.get("Swarm") or {}
        return Node(
            str(information["Name"]),
            swarm.get("LocalNodeState") == "active",
            bool(swarm.get("ControlAvailable")),
        )
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise fatal("unable to retrieve information from Docker", error) from error


def own_address(wished: str) -> str:
    """This container's address in the network that it was given first."""
    if wished and wished != "0.0.0.0":  # noqa: S104 - compared, not bound
        return wished
    try:
        return socket.gethostbyname(socket.gethostname())
    except OSError as error:
        raise fatal("unable to find the own address", error) from error
