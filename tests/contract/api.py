"""Portainer's API as plain requests, so that every status can be looked at."""

from dataclasses import dataclass, field
from typing import Any

import requests

SECONDS = 30
PASSWORD = "long-enough-for-anybody"  # noqa: S105 - of servers that live for a test


@dataclass
class Api:
    """A server; `headers` go with every request."""

    url: str
    certificate: str | bool
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """One request below /api, with neither cookies nor redirects."""
        headers = self.headers | arguments.pop("headers", {})
        with requests.Session() as session:
            # No proxy of this computer's, and no bundle of certificates but the one given.
            session.trust_env = False
            return session.request(
                method,
                f"{self.url}/api{path}",
                headers=headers,
                verify=self.certificate,
                allow_redirects=False,
                timeout=SECONDS,
                **arguments,
            )

    def get(self, path: str, **arguments: Any) -> requests.Response:
        """GET"""
        return self.ask("GET", path, **arguments)

    def post(self, path: str, **arguments: Any) -> requests.Response:
        """POST"""
        return self.ask("POST", path, **arguments)

    def put(self, path: str, **arguments: Any) -> requests.Response:
        """PUT"""
        return self.ask("PUT", path, **arguments)

    def delete(self, path: str) -> requests.Response:
        """DELETE"""
        return self.ask("DELETE", path)

    def without_token(self) -> "Api":
        """The same server for a client that has not logged in."""
        return Api(self.url, self.certificate)

    def logged_in(self, name: str, password: str) -> "Api":
        """The same server for a user."""
        reply = self.post("/auth", json={"Username": name, "Password": password})
        assert reply.status_code == 200, reply.text
        return Api(self.url, self.certificate, {"Authorization": f"Bearer {reply.json()['jwt']}"})

    def create_environment(self, name: str, url: str, **changes: str) -> requests.Response:
        """POST /endpoints for an agent; a change to "" leaves a field out."""
        fields = {
            "Name": name,
            "EndpointCreationType": "2",
            "URL": url,
            "TLS": "true",
            "TLSSkipVerify": "true",
            "TLSSkipClientVerify": "true",
            "ContainerEngine": "docker",
        } | changes
        form = {key: (None, value) for key, value in fields.items() if value}
        return self.post("/endpoints", files=form)


def refused(
    reply: requests.Response, status: int, message: str, details: str | None = None
) -> None:
    """Checks a refusal; `details` may be the beginning of the text."""
    assert (reply.status_code, reply.headers["Content-Type"]) == (status, "application/json"), (
        reply.text
    )
    body = reply.json()
    assert set(body) == {"message", "details"}
    assert body["message"] == message
    if details is not None:
        assert body["details"].startswith(details), body
