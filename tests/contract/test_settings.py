"""The instance's settings."""

import pytest

from tests.contract.api import refused
from tests.contract.conftest import Instance


def test_settings_hold_the_agents_secret(portainer: Instance) -> None:
    settings = portainer.api.get("/settings")
    assert settings.status_code == 200
    assert set(settings.json()) >= {
        "AuthenticationMethod",
        "InternalAuthSettings",
        "SnapshotInterval",
        "UserSessionTimeout",
        "EnableTelemetry",
    }
    assert settings.json()["AgentSecret"]
    refused(
        portainer.api.without_token().get("/settings"),
        401,
        "A valid authorization token is missing",
    )


def test_nothing_and_unknown_fields_change_nothing(portainer: Instance) -> None:
    before = portainer.api.get("/settings").json()
    for change in ({}, {"NoSuchSetting": 1}):
        reply = portainer.api.put("/settings", json=change)
        assert reply.status_code == 200
        assert reply.json() == before


def test_a_subset_is_changed(portainer: Instance) -> None:
    before = portainer.api.get("/settings").json()
    changed = portainer.api.put("/settings", json={"LogoURL": "https://example.org/logo.png"})
    assert changed.json() == before | {"LogoURL": "https://example.org/logo.png"}
    assert portainer.api.get("/settings").json() == changed.json()
    assert portainer.api.put("/settings", json={"LogoURL": ""}).status_code == 200


def test_a_bad_interval_is_500(portainer: Instance) -> None:
    reply = portainer.api.put("/settings", json={"SnapshotInterval": "bogus"})
    details = 'Time: invalid duration "bogus"'
    refused(reply, 500, "Unable to update snapshot interval", details)


@pytest.mark.parametrize(
    "change",
    [
        {"UserSessionTimeout": "bogus"},
        {"AuthenticationMethod": 9},
        {"TemplatesURL": "bogus"},
        {"LogoURL": "bogus"},
    ],
)
def test_other_bad_values_are_400(portainer: Instance, change: dict[str, object]) -> None:
    refused(portainer.api.put("/settings", json=change), 400, "Invalid request payload")
