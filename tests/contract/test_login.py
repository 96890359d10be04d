"""Logging in, users and API keys."""

import base64
import json
import uuid
from pathlib import Path

from tests.contract.api import PASSWORD, Api, refused
from tests.contract.conftest import Instance
from tests.contract.processes import administered


def test_claims_of_a_token(portainer: Instance) -> None:
    token = portainer.api.headers["Authorization"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(token + "=="))
    wanted = {"id", "username", "role", "scope", "forceChangePassword", "exp", "iat", "jti"}
    assert set(claims) >= wanted
    assert claims["username"] == portainer.administrator
    assert claims["forceChangePassword"] is False


def test_wrong_password_and_unknown_user(portainer: Instance) -> None:
    everybody = portainer.api.without_token()
    for credentials in (
        {"Username": portainer.administrator, "Password": "wrong"},
        {"Username": "nobody", "Password": portainer.password},
    ):
        refused(everybody.post("/auth", json=credentials), 422, "Invalid credentials", "Unauth")


def test_incomplete_logins(portainer: Instance) -> None:
    everybody = portainer.api.without_token()
    lacking = everybody.post("/auth", json={"Username": "admin"})
    refused(lacking, 400, "Invalid request payload", "Invalid password")
    refused(everybody.post("/auth", data="no json"), 400, "Invalid request payload")


def test_who_am_i(portainer: Instance) -> None:
    me = portainer.api.get("/users/me").json()
    assert (me["Username"], me["Role"]) == (portainer.administrator, 1)
    assert not me.get("Password")


def test_too_many_tries_ban_the_right_password_too(newest: str, data: Path) -> None:
    with administered(newest, data) as running:
        everybody = running.api.without_token()
        unknown = {"Username": "nobody", "Password": "x"}
        tries = [everybody.post("/auth", json=unknown).status_code for _ in range(25)]
        assert tries[:9] == [422] * 9
        assert tries[-1] == 403
        banned = everybody.post("/auth", json={"Username": "admin", "Password": PASSWORD})
        refused(banned, 403, "Access denied", "Access denied to resource")
        assert running.api.get("/users/me").status_code == 200


def test_api_keys(portainer: Instance) -> None:
    me = portainer.api.get("/users/me").json()["Id"]
    path = f"/users/{me}/tokens"
    wish = {"password": portainer.password, "description": f"contract-{uuid.uuid4().hex}"}
    wrong = portainer.api.post(path, json=wish | {"password": "wrong"})
    refused(wrong, 403, "Current password doesn't match")
    blank = portainer.api.post(path, json=wish | {"description": ""})
    refused(blank, 400, "Invalid request payload", "Invalid description: cannot be empty")
    first, second = (portainer.api.post(path, json=wish) for _ in range(2))
    assert [first.status_code, second.status_code] == [201, 201]
    by_key = portainer.api.without_token()
    by_key.headers["X-API-Key"] = first.json()["rawAPIKey"]
    assert by_key.get("/users/me").json()["Id"] == me
    refused(by_key.post(path, json=wish), 401, "Auth not supported", "Authentication required")
    numbers = [reply.json()["apiKey"]["id"] for reply in (first, second)]
    listed = portainer.api.get(path).json()
    assert {key["id"] for key in listed} >= set(numbers)
    assert not any(key.get("digest") or key.get("rawAPIKey") for key in listed)
    for number in numbers:
        assert portainer.api.delete(f"{path}/{number}").status_code == 204
    refused(portainer.api.delete(f"{path}/{numbers[0]}"), 500, "API Key not found")
    refused(by_key.get("/users/me"), 401, "Invalid JWT token")


def test_users_of_lower_rank(spare: Api) -> None:
    wish = {"Username": "guest", "Password": PASSWORD, "Role": 2}
    assert spare.post("/users", json=wish).status_code == 200
    taken = "Another user with the same username already exists"
    refused(spare.post("/users", json=wish), 409, taken)
    long = spare.post("/users", json=wish | {"Username": "b", "Password": "x" * 73})
    refused(long, 500, "Unable to hash user password")
    guest = spare.without_token().logged_in("guest", PASSWORD)
    refused(guest.get("/settings"), 403, "Access denied")
    refused(guest.post("/backup", json={}), 401, "User is not authorized to perform the action")


def test_a_new_password_ends_old_tokens(spare: Api) -> None:
    wish = {"Username": "second", "Password": PASSWORD, "Role": 1}
    path = f"/users/{spare.post('/users', json=wish).json()['Id']}/passwd"
    before = spare.without_token().logged_in("second", PASSWORD)
    change = {"Password": PASSWORD, "NewPassword": f"{PASSWORD}-2"}
    weak = before.put(path, json=change | {"NewPassword": "short"})
    refused(weak, 400, "Password does not meet the requirements")
    wrong = before.put(path, json=change | {"Password": "wrong"})
    refused(wrong, 403, "Current password doesn't match")
    assert before.put(path, json=change).status_code == 204
    refused(before.get("/users/me"), 401, "Invalid JWT token")
    assert spare.without_token().logged_in("second", f"{PASSWORD}-2").get("/users/me").ok
