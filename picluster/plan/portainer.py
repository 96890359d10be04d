"""What is decided about Portainer from what is found of it: pure, so every state can be tested."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

AGENT_STACK = "portainer-agent"
SERVER_STACK = "portainer"
AGENT_SERVICE = f"{AGENT_STACK}_agent"
SERVER_SERVICE = f"{SERVER_STACK}_server"
NETWORK = f"{AGENT_STACK}_agents"
VOLUME = "portainer_data"
PORT = 9443
ADMINISTRATOR = "admin"

AGENT_URL = "tcp://tasks.agent:9001"
"""Where the server finds an agent: the name leads to the agents on all boards."""

AGENT = 2
"""Portainer's number of the type of an environment that is reached through an agent."""

SUBJECT = "Portainer is not touched"


@dataclass(frozen=True, slots=True)
class FoundBoard:
    """What a board has of Portainer's server; see `facts.portainer.BoardState`."""

    data: bool = False
    broken_key: bool = False
    path: str = ""
    listener: str | None = None
    holder: str | None = None
    service: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True)
class FoundEnvironment:
    """An environment as the server lists it."""

    id: int
    name: str
    type: int
    url: str
    status: int = 1
    """1 up, 2 down."""
    tls: bool = True
    tls_skip_verify: bool = True

    @property
    def is_ours(self) -> bool:
        """Whether it is the Swarm through its agents. The name may have been changed by hand."""
        return self.type == AGENT and self.url == AGENT_URL


@dataclass(frozen=True, slots=True)
class FoundServer:
    """What the server says of itself over its API."""

    unreachable: str | None = None
    """Why it does not answer; all else is unknown then."""
    version: str | None = None
    timed_out: bool = False
    """Nobody made an administrator within five minutes: it refuses everything until restarted."""
    administrator: bool | None = None
    wrong_password: bool = False
    banned: bool = False
    """Too many wrong passwords came from this computer: it refuses even the right one."""
    telemetry: bool | None = None
    """None where this version knows no such setting."""
    environments: tuple[FoundEnvironment, ...] = ()
    agents: frozenset[str] | None = None
    """Host names of the nodes whose agents it knows, None where it could not tell."""

    @property
    def answers(self) -> bool:
        """Whether its state is known."""
        return self.unreachable is None

    @property
    def environment(self) -> FoundEnvironment | None:
        """The Swarm's; of duplicates the first one, which people have used longest."""
        return next(iter(sorted(_ours(self.environments), key=lambda e: e.id)), None)


def _ours(environments: Iterable[FoundEnvironment]) -> list[FoundEnvironment]:
    return [environment for environment in environments if environment.is_ours]


def moved_data(planned: str, boards: Mapping[str, FoundBoard | None]) -> str | None:
    """Why nothing is touched: the data is on another board than planned; None where all is well.

    + planned: name of the board that is to carry the server
    + boards: what each board says, None for one that did not answer
    """
    own = boards.get(planned)
    if own is None or own.data:
        return None
    others = [name for name, board in boards.items() if name != planned and board and board.data]
    if not others:
        return None
    found = ", ".join(others)
    return (
        f"{SUBJECT}: its data is on {found}, and it is planned for {planned}, where there is none. "
        f'To let it stay: give {others[0]} roles = ["portainer"] in cluster.toml. To move it: let '
        f"it stay and make a backup (deploys.portainer.backup); then sudo docker stack rm "
        f"{SERVER_STACK} on a manager and sudo docker volume rm {VOLUME} on {found}, plan it for "
        f"{planned}, and restore: pyinfra inventory.py deploys.portainer.restore FILE"
    )


def left_over_data(planned: str, boards: Mapping[str, FoundBoard | None]) -> list[str]:
    """Other boards that have data too, which nobody uses."""
    own = boards.get(planned)
    if own is None or not own.data:
        return []
    return [name for name, board in boards.items() if name != planned and board and board.data]


def taken_port(planned: str, board: FoundBoard | None) -> str | None:
    """Why nothing is touched: somebody else holds the port; None where it is free or ours."""
    if board is None or board.listener is None or board.service == SERVER_SERVICE:
        return None
    if board.service is not None:
        who = f"the service {board.service} (sudo docker service rm {board.service})"
    elif board.holder is not None:
        who = f"the container {board.holder} (sudo docker rm --force {board.holder})"
    elif board.listener == "dockerd":
        who = "a service that publishes it on all boards (sudo docker service ls)"
    else:
        who = f"the program {board.listener}"
    return (
        f"{SUBJECT}: TCP port {PORT} of {planned}, where its page is to be, is taken by {who}. "
        f'End that, or give another board roles = ["portainer"] in cluster.toml'
    )


def older_version(running: str | None, wished: str, *, has_data: bool) -> str | None:
    """Why nothing is touched: Portainer's data cannot go back to an older version.

    + running: version of the server that runs, None without one
    """
    if running is None or not has_data or _numbers(running) <= _numbers(wished):
        return None
    return (
        f"{SUBJECT}: it runs {running}, and its data cannot go down to {wished}. Write version = "
        f'"{running}" under [portainer], or go back to a backup of {wished} or older: pyinfra '
        "inventory.py deploys.portainer.restore FILE"
    )


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split("-")[0].split(".")
    return tuple(int(part) for part in parts) if all(map(str.isdigit, parts)) else ()


def unknown_password(planned: str, *, has_data: bool, is_known: bool, file: str) -> str | None:
    """Why nothing is touched: there is a Portainer, and nobody here has its password.

    + is_known: a password was given or kept before; else one was only just made
    + file: where a made one would be kept
    """
    if not has_data or is_known:
        return None
    return (
        f"{SUBJECT}: {planned} has the data of a Portainer whose password is not known here. Write "
        f"the password of its user {ADMINISTRATOR} into {file} (mode 600), or into a file of your "
        "own that admin_password_file under [portainer] names"
    )


def wrong_password(server: FoundServer, file: str) -> str | None:
    """Why nothing is touched: the administrator's password was changed by hand.

    + file: where the password was read
    """
    if server.banned:
        return (
            f"{SUBJECT}: it takes no password from this computer for an hour, after too many wrong "
            f"ones. Restart it: sudo docker service update --force {SERVER_SERVICE} on a manager"
        )
    if not server.wrong_password:
        return None
    return (
        f"{SUBJECT}: the password in {file} is not that of its user {ADMINISTRATOR}, as when it "
        "was changed in Portainer. Write the right one into that file, or change it back in "
        "Portainer"
    )


def broken_key(planned: str, board: FoundBoard | None) -> str | None:
    """Why the server cannot start, and what to do; None where nothing is known against it."""
    if board is None or not board.broken_key:
        return None
    path = f"{board.path}/chisel/private-key.pem"
    return (
        f"{SUBJECT}: {path} on {planned} is empty, left by a start that was cut off; Portainer "
        f'would end with "Failed to parse key" each time. Remove it, it makes a new one: sudo rm '
        f"{path}"
    )


Environments = Literal["none", "create", "update"]


def environment_step(server: FoundServer) -> Environments:
    """What has to be done so that the server sees the Swarm."""
    found = server.environment
    if found is None:
        return "create"
    return "none" if found.tls and found.tls_skip_verify else "update"


def without_agent(nodes: Collection[str], agents: Collection[str]) -> list[str]:
    """Nodes that should run an agent and whose agent the server does not know."""
    return sorted(set(nodes) - set(agents))


def notices(server: FoundServer) -> list[str]:
    """What an owner should know of although nothing is done about it."""
    ours = server.environment
    others = [e for e in server.environments if ours is not None and e.id != ours.id]
    said = []
    for other in others:
        kind = f"the same as {ours.name}" if other.is_ours and ours else other.url or "no address"
        said.append(
            f"Portainer has another environment, {other.name} ({kind}): it was not made by this "
            "deploy and is left alone."
        )
    return said


def expected_nodes(nodes: Sequence[Mapping[str, object]]) -> list[str]:
    """Host names of the nodes that should run an agent: those that are up and take tasks."""
    return [
        str(node["hostname"])
        for node in nodes
        if node["state"] == "ready" and node["availability"] == "active"
    ]
