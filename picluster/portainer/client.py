"""The calls of Portainer's API that this project makes."""

from pathlib import Path
from typing import Any

from picluster.portainer import archive
from picluster.portainer.answers import Agent, Environment, Status, parse
from picluster.portainer.errors import (
    AlreadyInitialisedError,
    NameTakenError,
    NotFoundError,
    PortainerError,
    SetupTokenError,
    UnreachableError,
    WrongBackupPasswordError,
)
from picluster.portainer.session import Session
from picluster.portainer.waiting import Progress, until

ARCHIVE_SECONDS = 120.0
"""A backup can hang without an end, and so has to be given up at some time."""


class Portainer(Session):
    """A server of Portainer, over its HTTP API. All calls raise PortainerError."""

    def settings(self) -> dict[str, Any]:
        """The server's plain settings by Portainer's names, `EnableTelemetry` and so on.

        Without the agents' secret, and without tables: in those are LDAP's and OAuth's passwords.
        """
        found = self._get(dict[str, Any], "/settings")
        return {
            name: value
            for name, value in found.items()
            if isinstance(value, str | int | float) and "Secret" not in name
        }

    def update_settings(self, **changes: Any) -> None:
        """Changes these settings and no others."""
        self._send("PUT", "/settings", json=changes)

    def environments(self) -> list[Environment]:
        """All environments that this user may see."""
        return self._get(list[Environment], "/endpoints?excludeSnapshots=true")

    def create_environment(self, name: str, url: str) -> Environment:
        """Lets the server manage a Swarm through its agents, which must answer by now.

        + url: where an agent is found, seen from the server: `tcp://tasks.agent:9001`

        Raises NameTakenError, AlreadyPairedError. A second environment with the same URL would be
        taken: look for one first.
        """
        # An agent's certificate is of its own making; what protects it is the shared secret.
        form = {
            "Name": name,
            "EndpointCreationType": "2",
            "URL": url,
            "TLS": "true",
            "TLSSkipVerify": "true",
            "TLSSkipClientVerify": "true",
            "ContainerEngine": "docker",
        }
        fields = {field: (None, value) for field, value in form.items()}
        response = self._send("POST", "/endpoints", {409: NameTakenError}, files=fields)
        return parse(Environment, response.content, "POST /endpoints")

    def update_environment(self, environment_id: int, **changes: Any) -> None:
        """Changes these of an environment's fields, by Portainer's names. Raises NotFoundError."""
        path = f"/endpoints/{environment_id}"
        self._send("PUT", path, {404: NotFoundError, 409: NameTakenError}, json=changes)

    def snapshot(self, environment_id: int) -> None:
        """Lets the server look at an environment now. What it saw: its `status`, afterwards.

        The server calls this a success also when no agent answered.
        """
        self._send("POST", f"/endpoints/{environment_id}/snapshot", {404: NotFoundError})

    def agents(self, environment_id: int) -> list[Agent]:
        """The agents that the one that answers knows of: all, unless they lost each other."""
        path = f"/endpoints/{environment_id}/docker/agents"
        return self._get(list[Agent], path, {404: NotFoundError})

    def ping(self, environment_id: int) -> None:
        """Asks the Swarm's engine through server and agent; returns when it answered."""
        self._send("GET", f"/endpoints/{environment_id}/docker/_ping", {404: NotFoundError})

    def backup(self, password: str, path: Path, *, seconds: float = ARCHIVE_SECONDS) -> None:
        """Fetches all that the server knows, encrypted, into a file of mode 0600.

        + password: what the server encrypts it with
        + path: where it is put, whole or not at all
        + seconds: how long the server may be silent
        """
        self._connection.hide(password)
        body = {"password": password}
        with self._send("POST", "/backup", json=body, seconds=seconds, stream=True) as response:
            archive.store(response, path, self._connection.url)

    def restore(
        self, path: Path, password: str, *, seconds: float = 180, progress: Progress | None = None
    ) -> None:
        """Gives a new server, one without an administrator, the data of a backup.

        + path: what `backup` made
        + seconds: how long it may take until the server is back with the old data
        + progress: is told what is waited for

        Raises AlreadyInitialisedError, WrongBackupPasswordError, SetupTokenError.
        """
        self._connection.hide(password)
        self._token = self._credentials = None
        try:
            self._public(
                "POST",
                "/restore",
                {403: SetupTokenError, 400: AlreadyInitialisedError, 500: WrongBackupPasswordError},
                headers=self._token_header(),
                files={"file": (path.name, path.read_bytes()), "password": (None, password)},
                seconds=ARCHIVE_SECONDS,
            )
        except UnreachableError as error:
            if not error.sent:
                raise
            # It may have begun anew before its answer was out: what it says then counts.

        def is_back() -> None:
            if not self.has_administrator():
                raise PortainerError("Portainer did not take the backup: it has no administrator")

        until(is_back, seconds, progress)

    def wait_until_ready(self, seconds: float, progress: Progress | None = None) -> Status:
        """Waits until the server answers. Raises the last error when the time is over.

        + progress: is told what is waited for, each time that it is something else

        Raises InitialisationTimeoutError at once: waiting does not end that.
        """
        return until(self.status, seconds, progress)
