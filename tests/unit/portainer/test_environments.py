"""Environments, agents and settings."""

import pytest

from picluster.portainer import (
    Agent,
    AlreadyPairedError,
    Environment,
    NameTakenError,
    NotFoundError,
    Portainer,
    PortainerError,
    UnexpectedAnswerError,
)
from tests.unit.portainer.played import Answer, Played, refusal

LIST = "GET /endpoints?excludeSnapshots=true"
SWARM = {
    "Id": 3,
    "Name": "home",
    "Type": 2,
    "URL": "tcp://tasks.agent:9001",
    "GroupId": 1,
    "Status": 1,
    "TLSConfig": {"TLS": True, "TLSSkipVerify": True},
    "EdgeKey": "a-secret-key",
    "Snapshots": None,
}
PARSED = Environment(
    id=3,
    name="home",
    type=2,
    url="tcp://tasks.agent:9001",
    status=1,
    tls=True,
    tls_skip_verify=True,
    group_id=1,
)


def test_environments(server: Played, client: Portainer) -> None:
    server.answers[LIST] = Answer(200, [SWARM, {"Id": 4, "Name": "other", "Type": 1}])
    swarm, other = client.environments()
    assert swarm == PARSED
    assert (other.url, other.status, other.tls) == ("", 0, False)
    assert "a-secret-key" not in repr(swarm)


def test_an_environment_without_an_id(server: Played, client: Portainer) -> None:
    server.answers[LIST] = Answer(200, [{"Name": "private words"}])
    with pytest.raises(UnexpectedAnswerError, match=r"at 0\.Id") as caught:
        client.environments()
    assert "private words" not in str(caught.value)


def test_a_new_environment(server: Played, client: Portainer) -> None:
    server.answers["POST /endpoints"] = Answer(200, SWARM)
    assert client.create_environment("home", "tcp://tasks.agent:9001") == PARSED
    [asked] = server.asked
    assert asked.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    fields = _fields(asked.body)
    assert fields == {
        "Name": "home",
        "EndpointCreationType": "2",
        "URL": "tcp://tasks.agent:9001",
        "TLS": "true",
        "TLSSkipVerify": "true",
        "TLSSkipClientVerify": "true",
        "ContainerEngine": "docker",
    }


def _fields(body: bytes) -> dict[str, str]:
    """The fields of a form; one with a file name would not be taken for a text by Portainer."""
    assert b"filename" not in body
    parts = body.decode().split('name="')[1:]
    return {part.split('"')[0]: part.split("\r\n\r\n")[1].split("\r\n")[0] for part in parts}


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (refusal(409, "Name is not unique"), NameTakenError, "Name is not unique"),
        (
            refusal(
                500,
                "Unable to initiate communications with environment",
                "Agent already paired with another Portainer instance",
            ),
            AlreadyPairedError,
            "same AGENT_SECRET",
        ),
        (
            refusal(500, "Unable to get environment type", "dial tcp: connection refused"),
            PortainerError,
            r"\(500\): Unable to get environment type: dial tcp: connection refused$",
        ),
        (Answer(502), PortainerError, r"\(502\): no reason given"),
    ],
)
def test_an_environment_that_is_refused(
    server: Played, client: Portainer, answer: Answer, kind: type[PortainerError], message: str
) -> None:
    server.answers["POST /endpoints"] = answer
    with pytest.raises(PortainerError, match=message) as caught:
        client.create_environment("home", "tcp://tasks.agent:9001")
    assert type(caught.value) is kind
    assert caught.value.status == answer.status
    assert len(server.asked) == 1  # each try would use up an id


def test_an_environment_that_changes(server: Played, client: Portainer) -> None:
    server.answers["PUT /endpoints/3"] = Answer(200, SWARM)
    client.update_environment(3, TLS=True, TLSSkipVerify=True)
    assert server.asked[0].json == {"TLS": True, "TLSSkipVerify": True}


def test_an_environment_that_is_gone(server: Played, client: Portainer) -> None:
    gone = refusal(404, "Unable to find an environment with the specified identifier")
    server.answers |= {"PUT /endpoints/9": gone, "POST /endpoints/9/snapshot": gone}
    with pytest.raises(NotFoundError):
        client.update_environment(9, TLS=True)
    with pytest.raises(NotFoundError):
        client.snapshot(9)


def test_a_snapshot(server: Played, client: Portainer) -> None:
    server.answers["POST /endpoints/3/snapshot"] = Answer(204)
    client.snapshot(3)
    assert server.lines == ["POST /endpoints/3/snapshot"]


def test_agents(server: Played, client: Portainer) -> None:
    agent = {"IPAddress": "10.0.1.4", "Port": "9001", "NodeName": "pi8a", "NodeRole": "manager"}
    server.answers["GET /endpoints/3/docker/agents"] = [Answer(200, [agent]), Answer(200, b"null")]
    assert client.agents(3) == [Agent(address="10.0.1.4", node_name="pi8a", role="manager")]
    assert client.agents(3) == []


def test_ping(server: Played, client: Portainer) -> None:
    lost = "Unable to find an agent on any manager node"
    server.answers["GET /endpoints/3/docker/_ping"] = [Answer(200, b"OK"), refusal(500, lost)]
    client.ping(3)
    with pytest.raises(PortainerError, match=lost):
        client.ping(3)


def test_settings_hold_no_secrets(server: Played, client: Portainer) -> None:
    server.answers["GET /settings"] = Answer(
        200,
        {
            "EnableTelemetry": True,
            "SnapshotInterval": "5m",
            "AuthenticationMethod": 1,
            "AgentSecret": "secret",
            "OAuthSettings": {"ClientSecret": "secret"},
            "LDAPSettings": {"Password": "secret"},
        },
    )
    assert client.settings() == {
        "EnableTelemetry": True,
        "SnapshotInterval": "5m",
        "AuthenticationMethod": 1,
    }


def test_settings_that_change(server: Played, client: Portainer) -> None:
    server.answers["PUT /settings"] = Answer(200, {"AgentSecret": "secret"})
    client.update_settings(EnableTelemetry=False)
    assert server.asked[0].json == {"EnableTelemetry": False}
