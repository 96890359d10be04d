"""Requests to Portainer's API: what is sent, and which answers are refusals."""

from collections.abc import Mapping
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import requests
from typing_extensions import override

from picluster.portainer.errors import (
    AlreadyPairedError,
    InitialisationTimeoutError,
    LockedError,
    PortainerError,
    UnexpectedAnswerError,
)
from picluster.portainer.unreachable import unreachable

CONNECT_SECONDS = 5.0
_LONGEST = 400
"""Characters of a server's words that are worth being shown."""

Refusals = Mapping[int, type[PortainerError]]
"""Which error an HTTP status means for one request."""


class Connection:
    """Sends requests over verified TLS. Nothing that it is given or receives is logged.

    + url: of the server, `https://192.168.1.15:9443`
    + ca_file: certificate of the authority that the server's own is checked against
    """

    def __init__(self, url: str, ca_file: Path) -> None:
        self.url = url.rstrip("/")
        self._ca_file = ca_file
        self._session = requests.Session()
        # A write that brings the login's cookie along is refused as a forgery.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # A proxy, a CA bundle or a .netrc of the environment is not meant for a board nearby.
        self._session.trust_env = False
        self._hidden: set[str] = set()

    @override
    def __repr__(self) -> str:
        return f"Connection({self.url!r})"

    def hide(self, secret: str | None) -> None:
        """Lets a text be left out of all messages, should the server ever repeat it."""
        if secret:
            self._hidden.add(secret)

    def send(
        self,
        method: str,
        path: str,
        *,
        seconds: float,
        refusals: Refusals | None = None,
        headers: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        stream: bool = False,
    ) -> requests.Response:
        """The answer, when it is a good one. Raises PortainerError.

        + path: below /api
        + seconds: how long the server may be silent
        + refusals: which error an HTTP status means here
        + files: fields of a form, as requests takes them
        """
        if not self._ca_file.exists():
            message = f"{self._ca_file} is missing, by which Portainer's server is recognised"
            raise PortainerError(message)
        try:
            response = self._session.request(
                method,
                f"{self.url}/api{path}",
                headers=dict(headers or {}),
                json=json,
                files=files,
                stream=stream,
                timeout=(CONNECT_SECONDS, seconds),
                verify=str(self._ca_file),
                allow_redirects=False,
            )
            if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
                _ = response.content  # a stream's words are still to be read
        except requests.RequestException as error:
            raise unreachable(error, self.url) from None
        if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
            raise self._refusal(response, f"{method} {path}", refusals or {})
        return response

    def _refusal(self, response: requests.Response, asked: str, refusals: Refusals) -> Exception:
        status = response.status_code
        if response.headers.get("Redirect-Reason") == "AdminInitTimeout":
            message = f"{self.url}: nobody made an administrator within five minutes of its start"
            return InitialisationTimeoutError(message, status)
        if status < HTTPStatus.BAD_REQUEST:
            message = f"{self.url}: {asked} was answered by a redirection ({status})"
            return UnexpectedAnswerError(message, status)
        message, details = map(self._shown, _words(response))
        kind = refusals.get(status, PortainerError)
        if status == HTTPStatus.REQUEST_TIMEOUT:
            kind = LockedError
        if "already paired" in details or "already paired" in message:
            kind = AlreadyPairedError
        own = message or f"no reason given ({asked} at {self.url})"
        return kind(
            f"Portainer refused {asked} ({status}): {own}",
            status,
            "" if details == message else details,
        )

    def _shown(self, words: str) -> str:
        for secret in self._hidden:
            words = words.replace(secret, "(hidden)")
        return " ".join(words.split())[:_LONGEST]


def _words(response: requests.Response) -> tuple[str, str]:
    """A refusal's message and details; the plain text of one that is no JSON."""
    try:
        body = response.json()
    except ValueError:
        is_text = response.headers.get("Content-Type", "").startswith("text/plain")
        return (response.text if is_text else ""), ""
    if not isinstance(body, dict):
        return "", ""
    return str(body.get("message") or ""), str(body.get("details") or "")
