"""How Portainer's server is reached from the controller, and what it is asked there."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from picluster import portainer
from picluster.plan.hidden import Hidden
from picluster.plan.portainer import ADMINISTRATOR, PORT, FoundEnvironment, FoundServer

POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Access:
    """Where the server is and what opens it."""

    address: str
    """Of the board that carries the server."""
    authority: Path
    """Certificate of the private CA that the server's own is checked against."""
    password: Hidden
    password_file: str
    """Where it was read or will be kept, for messages."""
    setup_token: Hidden
    backup_password: Hidden
    keep: Callable[[], None] = field(repr=False)
    """Writes what was made for this run to the disk: to be called before a board gets it."""

    def to_json(self) -> dict[str, str]:
        """What `pyinfra … --json` shows of it."""
        return {"address": self.address, "password_file": self.password_file}

    @property
    def url(self) -> str:
        """Of the server's page."""
        return f"https://{self.address}:{PORT}"

    def client(self) -> portainer.Portainer:
        """A client that is not logged in yet."""
        return portainer.Portainer(
            self.url, self.authority, setup_token=self.setup_token.text or None
        )

    def logged_in(self) -> portainer.Portainer:
        """A client with the administrator's rights. Raises PortainerError."""
        client = self.client()
        client.login(ADMINISTRATOR, self.password.text)
        return client


def read(access: Access, patience: float = 0) -> FoundServer:
    """What the server says of itself.

    + patience: seconds that it may take to answer
    """
    if not access.authority.exists():
        return FoundServer(unreachable=f"{access.authority} is not there, by which it is known")
    deadline = time.monotonic() + patience
    while True:
        try:
            return _read(access)
        except portainer.UnreachableError as error:
            if time.monotonic() > deadline:
                return FoundServer(unreachable=str(error))
            time.sleep(POLL_SECONDS)
        except portainer.PortainerError as error:
            return FoundServer(unreachable=str(error))


def _read(access: Access) -> FoundServer:
    client = access.client()
    try:
        found = FoundServer(version=client.status().version)
        if not client.has_administrator():
            return replace(found, administrator=False)
    except portainer.InitialisationTimeoutError:
        return FoundServer(timed_out=True, administrator=False)
    found = replace(found, administrator=True)
    try:
        client.login(ADMINISTRATOR, access.password.text)
    except portainer.WrongPasswordError:
        return replace(found, wrong_password=True)
    except portainer.BannedError:
        return replace(found, banned=True)
    telemetry = client.settings().get("EnableTelemetry")
    found = replace(
        found,
        telemetry=telemetry if isinstance(telemetry, bool) else None,
        environments=tuple(map(_environment, client.environments())),
    )
    ours = found.environment
    return found if ours is None else replace(found, agents=_agents(client, ours.id))


def _environment(environment: portainer.Environment) -> FoundEnvironment:
    return FoundEnvironment(
        id=environment.id,
        name=environment.name,
        type=environment.type,
        url=environment.url,
        status=environment.status,
        tls=environment.tls,
        tls_skip_verify=environment.tls_skip_verify,
    )


def _agents(client: portainer.Portainer, environment: int) -> frozenset[str] | None:
    try:
        return frozenset(agent.node_name for agent in client.agents(environment))
    except portainer.PortainerError:
        return None
