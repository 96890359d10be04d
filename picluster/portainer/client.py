"""The calls of Portainer's API that this project makes."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import requests
from typing_extensions import override

from picluster.portainer import archive
from picluster.portainer.answers import Agent, Environment, Status, Token, parse
from picluster.portainer.connection import Connection, Refusals
from picluster.portainer.errors import (
    AlreadyInitialisedError,
    BannedError,
    InitialisationTimeoutError,
    NameTakenError,
    NotFoundError,
    PasswordTooLongError,
    PortainerError,
    SetupTokenError,
    UnreachableError,
    WrongBackupPasswordError,
    WrongPasswordError,
)

T = TypeVar("T")
Progress = Callable[[str], None]

LONGEST_PASSWORD = 72
"""Bytes that bcrypt takes."""
READ_SECONDS = 30.0
"""The first request after an agent vanished hangs for more than 15 s."""
ARCHIVE_SECONDS = 120.0
"""A backup can hang without an end, and so has to be given up at some time."""
POLL_SECONDS = 1.0


class Portainer:
    """A server of Portainer, over its HTTP API. All calls raise PortainerError.

    + url: of its page, `https://192.168.1.15:9443`
    + ca_file: certificate of the authority that the server's own is checked against
    + setup_token: what a new server (2.43 and later) wants to hear from its first administrator
    + read_seconds: how long the server may be silent before a call is given up
    """

    def __init__(
        self,
        url: str,
        ca_file: Path,
        *,
        setup_token: str | None = None,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._connection = Connection(url, ca_file)
        self._connection.hide(setup_token)
        self._setup_token = setup_token
        self._read_seconds = read_seconds
        self._credentials: tuple[str, str] | None = None
        self._token: str | None = None

    @override
    def __repr__(self) -> str:
        return f"Portainer({self._connection.url!r})"

    def status(self) -> Status:
        """Version and identity; needs no login."""
        return self._get(Status, "/system/status", is_public=True)

    def has_administrator(self) -> bool:
        """Whether somebody set the server up; needs no login."""
        try:
            self._public("GET", "/users/admin/check", {404: NotFoundError})
        except NotFoundError:
            return False
        return True

    def create_administrator(self, name: str, password: str) -> None:
        """Sets a new server up. Raises AlreadyInitialisedError, SetupTokenError.

        + password: 12 characters at least, 72 bytes at most
        """
        self._connection.hide(password)
        if len(password.encode()) > LONGEST_PASSWORD:
            message = f"Portainer takes passwords of at most {LONGEST_PASSWORD} bytes"
            raise PasswordTooLongError(message)
        # The answer holds the password's hash and is dropped.
        self._public(
            "POST",
            "/users/admin/init",
            {403: SetupTokenError, 409: AlreadyInitialisedError},
            headers=self._token_header(),
            json={"Username": name, "Password": password},
        )

    def login(self, name: str, password: str) -> None:
        """What comes after is done by this user. Raises WrongPasswordError, BannedError.

        A login dies with the server's process; the client then logs in again by itself, once.
        """
        self._connection.hide(password)
        response = self._public(
            "POST",
            "/auth",
            {403: BannedError, 422: WrongPasswordError},
            json={"Username": name, "Password": password},
        )
        self._token = parse(Token, response.content, "POST /auth").jwt
        self._connection.hide(self._token)
        self._credentials = (name, password)

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

        _until(is_back, seconds, progress)

    def wait_until_ready(self, seconds: float, progress: Progress | None = None) -> Status:
        """Waits until the server answers. Raises the last error when the time is over.

        + progress: is told what is waited for, each time that it is something else

        Raises InitialisationTimeoutError at once: waiting does not end that.
        """
        return _until(self.status, seconds, progress)

    def _token_header(self) -> dict[str, str]:
        return {"X-Setup-Token": self._setup_token} if self._setup_token else {}

    def _get(
        self,
        kind: type[T],
        path: str,
        refusals: Refusals | None = None,
        *,
        is_public: bool = False,
    ) -> T:
        send = self._public if is_public else self._send
        return parse(kind, send("GET", path, refusals).content, f"GET {path}")

    def _public(
        self,
        method: str,
        path: str,
        refusals: Refusals | None = None,
        *,
        seconds: float | None = None,
        **request: Any,
    ) -> requests.Response:
        """A request that needs no login."""
        seconds = self._read_seconds if seconds is None else seconds
        return self._connection.send(method, path, seconds=seconds, refusals=refusals, **request)

    def _send(
        self, method: str, path: str, refusals: Refusals | None = None, **request: Any
    ) -> requests.Response:
        """A request of the user who logged in."""
        try:
            return self._public(method, path, refusals, headers=self._bearer(), **request)
        except PortainerError as error:
            if error.status != requests.codes.unauthorized or self._credentials is None:
                raise
        # The server was restarted: its logins died with its process.
        self.login(*self._credentials)
        return self._public(method, path, refusals, headers=self._bearer(), **request)

    def _bearer(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}


def _until(attempt: Callable[[], T], seconds: float, progress: Progress | None) -> T:
    """Tries until it works. Raises the last error when the time is over."""
    deadline = time.monotonic() + seconds
    told = ""
    while True:
        try:
            return attempt()
        except InitialisationTimeoutError:
            raise
        except PortainerError as error:
            if time.monotonic() >= deadline:
                raise
            if progress is not None and str(error) != told:
                told = str(error)
                progress(told)
        time.sleep(POLL_SECONDS)
