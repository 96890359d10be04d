"""Environments: made, matched, changed, looked at, taken away."""

import pytest

from tests.contract.api import refused
from tests.contract.conftest import Instance
from tests.contract.processes import free_port

UNKNOWN = "Unable to find an environment with the specified identifier inside the database"
UNABLE = "Unable to initiate communications with environment"


def test_environment_of_a_swarm(portainer: Instance, name: str) -> None:
    made = portainer.api.create_environment(name, portainer.agent_url)
    assert made.status_code == 200, made.text
    environment = made.json()
    assert environment["Name"] == name
    assert environment["URL"] == portainer.agent_url
    assert (environment["Type"], environment["Status"], environment["GroupId"]) == (2, 1, 1)
    assert environment["ContainerEngine"] == "docker"
    assert environment["TLSConfig"]["TLS"] is True
    assert environment["TLSConfig"]["TLSSkipVerify"] is True
    assert environment["Agent"]["Version"] == portainer.version
    assert portainer.api.get(f"/endpoints/{environment['Id']}").json()["Name"] == name


def test_names_are_unique_and_urls_are_not(portainer: Instance, name: str) -> None:
    first = portainer.api.create_environment(name, portainer.agent_url)
    again = portainer.api.create_environment(name, portainer.agent_url)
    refused(again, 409, "Name is not unique")
    twin = portainer.api.create_environment(f"{name}-twin", portainer.agent_url)
    assert twin.status_code == 200
    assert twin.json()["Id"] > first.json()["Id"]


def test_engine_is_kept_as_given(portainer: Instance, name: str) -> None:
    made = portainer.api.create_environment(name, portainer.agent_url, ContainerEngine="")
    assert made.json()["ContainerEngine"] == ""


def test_list_and_its_filters(portainer: Instance, name: str, environment_id: int) -> None:
    found = portainer.api.get(f"/endpoints?excludeSnapshots=true&name={name}")
    assert [each["Id"] for each in found.json()] == [environment_id]
    assert found.json()[0]["Snapshots"] == []
    assert found.headers["X-Total-Count"] == "1"
    assert int(found.headers["X-Total-Available"]) >= 1
    assert portainer.api.get(f"/endpoints?name={name[:-1]}").json() == []
    searched = portainer.api.get(f"/endpoints?search={name[:-1]}").json()
    assert [each["Id"] for each in searched] == [environment_id]


def test_nobody_answers_there(portainer: Instance, name: str) -> None:
    url = f"tcp://127.0.0.1:{free_port()}"
    reply = portainer.api.create_environment(name, url)
    refused(reply, 500, "Unable to get environment type", 'Get "https://127.0.0.1:')
    assert "connection refused" in reply.json()["details"]
    assert portainer.api.get(f"/endpoints?name={name}").json() == []


def test_url_without_a_scheme(portainer: Instance, name: str) -> None:
    reply = portainer.api.create_environment(name, portainer.agent_url.removeprefix("tcp://"))
    refused(reply, 500, UNABLE, "Unable to parse docker host `")


def test_all_three_fields_of_tls_are_needed(portainer: Instance, name: str) -> None:
    payload = "Invalid request payload"
    fix = "Ensure that the file is uploaded correctly"
    create, url = portainer.api.create_environment, portainer.agent_url
    without_verify = create(name, url, TLSSkipVerify="")
    refused(without_verify, 400, payload, f"Invalid CA certificate file. {fix}")
    without_client = create(name, url, TLSSkipClientVerify="")
    refused(without_client, 400, payload, f"Invalid certificate file. {fix}")
    without_tls = create(name, url, TLS="")
    refused(without_tls, 500, "Unable to get environment type")
    assert "tls: failed to verify certificate: x509: " in without_tls.json()["details"]


def test_a_body_that_is_no_form(portainer: Instance, name: str) -> None:
    assert portainer.api.post("/endpoints", json={"Name": name}).status_code == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_numbers_that_are_none(portainer: Instance, method: str) -> None:
    refused(portainer.api.ask(method, "/endpoints/99999999", json={}), 404, UNKNOWN)
    assert portainer.api.ask(method, "/endpoints/x", json={}).status_code == 400


def test_changes(portainer: Instance, name: str, environment_id: int) -> None:
    path = f"/endpoints/{environment_id}"
    other = portainer.api.create_environment(f"{name}-other", portainer.agent_url)
    refused(portainer.api.put(path, json={"Name": other.json()["Name"]}), 409, "Name is not unique")
    changed = portainer.api.put(path, json={"Name": f"{name}-new", "PublicURL": "board"})
    assert changed.status_code == 200
    now = portainer.api.get(path).json()
    assert (now["Name"], now["PublicURL"], now["URL"]) == (
        f"{name}-new",
        "board",
        portainer.agent_url,
    )
    # A group that does not exist is taken without a word.
    assert portainer.api.put(path, json={"GroupID": 4711}).json()["GroupId"] == 4711


def test_delete_twice(portainer: Instance, environment_id: int) -> None:
    path = f"/endpoints/{environment_id}"
    assert portainer.api.delete(path).status_code == 204
    refused(portainer.api.delete(path), 404, UNKNOWN)


def test_a_snapshots_success_is_seen_afterwards_only(
    portainer: Instance, environment_id: int
) -> None:
    path = f"/endpoints/{environment_id}"
    assert portainer.api.post(f"{path}/snapshot").status_code == 204
    up = portainer.api.get(path).json()
    assert (up["Status"], up["Snapshots"][0]["Swarm"]) == (1, True)
    assert up["Snapshots"][0]["NodeCount"] >= 1
    portainer.api.put(path, json={"URL": f"tcp://127.0.0.1:{free_port()}"})
    assert portainer.api.post(f"{path}/snapshot").status_code == 204
    assert portainer.api.get(path).json()["Status"] == 2
    refused_connection = portainer.api.get(f"{path}/docker/_ping")
    assert (refused_connection.status_code, refused_connection.content) == (502, b"")


def test_engine_behind_an_environment(portainer: Instance, environment_id: int) -> None:
    path = f"/endpoints/{environment_id}/docker"
    info = portainer.api.get(f"{path}/info")
    assert info.status_code == 200
    assert info.json()["Swarm"]["ControlAvailable"] is True
    assert info.headers["Portainer-Agent"] == portainer.version
    assert info.headers["Portainer-Agent-Platform"] == "1"
    assert info.headers["Portainer-Agent-Api-Version"] == "2"
    for name in ("nodes", "services", "swarm", "_ping"):
        assert portainer.api.get(f"{path}/{name}").status_code == 200
    assert portainer.api.get(f"{path}/no/such").status_code == 404


def test_merged_lists_say_which_node_an_item_is_of(
    portainer: Instance, environment_id: int
) -> None:
    path = f"/endpoints/{environment_id}/docker"
    nodes = {agent["NodeName"] for agent in portainer.api.get(f"{path}/agents").json()}
    containers = portainer.api.get(f"{path}/containers/json?all=1").json()
    assert {item["Portainer"]["Agent"]["NodeName"] for item in containers} <= nodes
    assert containers
    volumes = portainer.api.get(f"{path}/volumes").json()["Volumes"]
    assert {item["Portainer"]["Agent"]["NodeName"] for item in volumes} <= nodes


def test_list_of_agents(portainer: Instance, environment_id: int) -> None:
    agents = portainer.api.get(f"/endpoints/{environment_id}/docker/agents")
    assert agents.status_code == 200
    for agent in agents.json():
        assert set(agent) >= {"IPAddress", "Port", "NodeName", "NodeRole", "EdgeKeySet"}
        assert agent["NodeRole"] in ("manager", "worker")
    assert "manager" in [agent["NodeRole"] for agent in agents.json()]
