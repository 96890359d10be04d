"""The project's own client against the same servers."""

from pathlib import Path

import pytest

from picluster.portainer import (
    Portainer,
    SetupTokenError,
    WrongBackupPasswordError,
    WrongPasswordError,
)
from tests.contract.api import PASSWORD
from tests.contract.conftest import Instance
from tests.contract.processes import server

TOKEN = {"PORTAINER_SETUP_TOKEN": "the-token"}


def test_environments_and_agents(portainer: Instance, name: str) -> None:
    if not isinstance(portainer.api.certificate, str):
        pytest.skip("the client wants the server's authority: PORTAINER_CA")
    client = Portainer(portainer.api.url, Path(portainer.api.certificate))
    assert client.status().version == portainer.version
    assert client.has_administrator()
    with pytest.raises(WrongPasswordError):
        client.login(portainer.administrator, "wrong")
    client.login(portainer.administrator, portainer.password)
    made = client.create_environment(name, portainer.agent_url)
    assert made in client.environments()
    client.snapshot(made.id)
    client.ping(made.id)
    assert "manager" in [agent.role for agent in client.agents(made.id)]
    assert "AgentSecret" not in client.settings()
    client.update_settings(EnableTelemetry=False)
    assert client.settings()["EnableTelemetry"] is False


def test_backup_and_restore(played: str, data: Path, tmp_path: Path) -> None:
    archive = tmp_path / "backup"
    with server(played, data, **TOKEN) as running:
        ca = data / "certs/cert.pem"
        client = Portainer(running.api.url, ca, setup_token=TOKEN["PORTAINER_SETUP_TOKEN"])
        identity = client.wait_until_ready(10).instance_id
        if not played.startswith("2.23"):
            with pytest.raises(SetupTokenError):
                Portainer(running.api.url, ca).create_administrator("admin", PASSWORD)
        client.create_administrator("admin", PASSWORD)
        client.login("admin", PASSWORD)
        client.backup("of the archive", archive)
    # The new one has the same certificate, as one has whose certificate is given by flags.
    flags = ("--sslcert", str(ca), "--sslkey", str(data / "certs/key.pem"))
    with server(played, tmp_path / "new", *flags, **TOKEN) as running:
        client = Portainer(running.api.url, ca, setup_token=TOKEN["PORTAINER_SETUP_TOKEN"])
        with pytest.raises(WrongBackupPasswordError):
            client.restore(archive, "wrong")
        client.restore(archive, "of the archive")
        assert client.status().instance_id == identity
        client.login("admin", PASSWORD)
