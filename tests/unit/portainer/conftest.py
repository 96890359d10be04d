"""A played server, and a client of it that has logged in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from picluster.portainer import Portainer
from tests.unit.portainer.played import Answer, Played, played

PASSWORD = "correct-horse-battery"  # noqa: S105 - of a played server
JWT = "header.claims.signature"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Played]:
    with played(tmp_path) as server:
        server.answers["POST /auth"] = Answer(
            200,
            {"jwt": JWT},
            {"Set-Cookie": f"portainer_api_key={JWT}; Path=/; HttpOnly; SameSite=Strict"},
        )
        yield server


@pytest.fixture
def anonymous(server: Played) -> Portainer:
    token = "the-setup-token"  # noqa: S105 - of a played server
    return Portainer(server.url, server.ca_file, setup_token=token)


@pytest.fixture
def client(server: Played, anonymous: Portainer) -> Portainer:
    anonymous.login("admin", PASSWORD)
    server.asked.clear()
    return anonymous


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("picluster.portainer.waiting.POLL_SECONDS", 0.01)
