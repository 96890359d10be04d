"""Who speaks to Portainer: the first administrator, a login, and its end with the server's."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import requests
from typing_extensions import override

from picluster.portainer.answers import Status, Token, parse
from picluster.portainer.connection import Connection, Refusals
from picluster.portainer.errors import (
    AlreadyInitialisedError,
    BannedError,
    NotFoundError,
    PasswordTooLongError,
    PortainerError,
    SetupTokenError,
    WrongPasswordError,
)

T = TypeVar("T")

LONGEST_PASSWORD = 72
"""Bytes that bcrypt takes."""
READ_SECONDS = 30.0
"""The first request after an agent vanished hangs for more than 15 s."""


class Session:
    """Requests for everybody and requests for who has logged in.

    + url: of the server's page, `https://192.168.1.15:9443`
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
