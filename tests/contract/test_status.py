"""What everybody may ask, and what nobody gets."""

import re
import socket
from urllib.parse import urlsplit

from tests.contract.api import refused
from tests.contract.conftest import Instance


def test_status_under_both_names(portainer: Instance) -> None:
    everybody = portainer.api.without_token()
    status = everybody.get("/system/status")
    assert status.status_code == 200
    assert set(status.json()) >= {"Version", "InstanceID"}
    assert status.json()["Version"] == portainer.version
    assert everybody.get("/status").json()["InstanceID"] == status.json()["InstanceID"]


def test_public_settings(portainer: Instance) -> None:
    reply = portainer.api.without_token().get("/settings/public")
    assert reply.status_code == 200
    assert reply.json()["AuthenticationMethod"] == 1
    assert reply.json()["RequiredPasswordLength"] == 12
    assert "AgentSecret" not in reply.json()


def test_administrator_is_there(portainer: Instance) -> None:
    reply = portainer.api.without_token().get("/users/admin/check")
    assert (reply.status_code, reply.content) == (204, b"")


def test_unknown_route(portainer: Instance) -> None:
    reply = portainer.api.get("/no/such/route")
    assert reply.status_code == 404
    assert reply.headers["Content-Type"].startswith("text/plain")
    assert reply.text.strip() == "404 page not found"


def test_plain_http(portainer: Instance) -> None:
    address = urlsplit(portainer.api.url)
    with socket.create_connection((str(address.hostname), address.port or 443), 10) as plain:
        plain.sendall(b"GET /api/status HTTP/1.1\r\nHost: portainer\r\n\r\n")
        assert re.match(rb"HTTP/1\.\d 400 ", plain.recv(4096))


def test_no_token_and_a_bad_one(portainer: Instance) -> None:
    everybody = portainer.api.without_token()
    missing = "A valid authorization token is missing"
    refused(everybody.get("/users/me"), 401, missing, "Unauthorized")
    for headers in ({"Authorization": "Bearer a.b.c"}, {"X-API-Key": "ptr_nothing"}):
        reply = everybody.get("/users/me", headers=headers)
        refused(reply, 401, "Invalid JWT token", "Unauthorized")


def test_two_ways_of_saying_who_one_is(portainer: Instance) -> None:
    reply = portainer.api.get("/users/me", headers={"X-API-Key": "ptr_x"})
    refused(reply, 403, "api key and auth header are not allowed at the same time")


def test_a_browsers_cookie_may_not_write(portainer: Instance) -> None:
    everybody = portainer.api.without_token()
    credentials = {"Username": portainer.administrator, "Password": portainer.password}
    login = everybody.post("/auth", json=credentials)
    assert "HttpOnly" in login.headers["Set-Cookie"]
    cookie = {"Cookie": f"portainer_api_key={login.cookies['portainer_api_key']}"}
    assert everybody.get("/users/me", headers=cookie).status_code == 200
    for client in (everybody, portainer.api):
        reply = client.put("/settings", json={}, headers=cookie)
        assert reply.status_code == 403
        assert reply.headers["Content-Type"].startswith("text/plain")
        assert reply.text.strip() == "Forbidden - CSRF token not found in request"


def test_the_instances_version_tells_its_secrets_to_administrators(portainer: Instance) -> None:
    assert portainer.api.without_token().get("/system/version").status_code == 401
    told = portainer.api.get("/system/version").json()
    assert told["ServerVersion"] == portainer.version
    assert any(line.startswith("AGENT_SECRET=") for line in told["Build"]["Env"])
