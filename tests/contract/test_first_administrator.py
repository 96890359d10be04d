"""A new instance until it has an administrator."""

import json
import time
from pathlib import Path

from tests.contract.api import PASSWORD, Api, refused
from tests.contract.processes import WITHOUT_TOKEN, message_of, server

GOOD = {"Username": "admin", "Password": PASSWORD}
INIT = "/users/admin/init"


def test_from_nobody_to_an_administrator(played: str, data: Path) -> None:
    with server(played, data, **WITHOUT_TOKEN) as running:
        api = running.api
        none = "No administrator account found inside the database"
        refused(api.get("/users/admin/check"), 404, none)
        refused(api.post("/auth", json=GOOD), 422, "Invalid credentials", "Unauthorized")
        weak = api.post(INIT, json=GOOD | {"Password": "elevenchars"})
        refused(weak, 400, "Password does not meet the requirements")
        long = api.post(INIT, json=GOOD | {"Password": "x" * 73})
        refused(long, 500, "Unable to hash user password")
        _wrong_bodies(api)
        made = api.post(INIT, json=GOOD)
        assert made.status_code == 200
        assert (made.json()["Id"], made.json()["Role"]) == (1, 1)
        assert made.json()["Password"].startswith("$2a$10$")
        for password in (PASSWORD, "weak"):
            again = api.post(INIT, json=GOOD | {"Password": password})
            details = "An administrator user already exists"
            refused(again, 409, "Unable to create administrator user", details)


def _wrong_bodies(api: Api) -> None:
    message = "Invalid request payload"
    name = "Invalid username. Must not contain any whitespace"
    refused(api.post(INIT, json=GOOD | {"Username": "a b"}), 400, message, name)
    refused(api.post(INIT, json={"Username": "admin"}), 400, message, "Invalid password")
    refused(api.post(INIT, data="no json"), 400, message, "Json: ")


def test_seventy_two_bytes_are_taken(newest: str, data: Path) -> None:
    with server(newest, data, **WITHOUT_TOKEN) as running:
        longest = "ä" * 36
        assert running.api.post(INIT, json=GOOD | {"Password": longest}).status_code == 200
        assert running.api.logged_in("admin", longest).get("/users/me").ok


def test_setup_token_of_newer_versions(played: str, data: Path) -> None:
    settings = {"PORTAINER_SETUP_TOKEN": "the-token"}
    with server(played, data, **settings) as running:
        api = running.api
        if played.startswith("2.23"):
            assert api.post(INIT, json=GOOD).status_code == 200
            return
        for headers in ({}, {"X-Setup-Token": "wrong"}):
            # The token is looked at before anything else: bodies and archives are not.
            assert api.post(INIT, data="no json", headers=headers).status_code == 403
            assert api.post("/restore", headers=headers).status_code == 403
        token = {"X-Setup-Token": "the-token"}
        assert api.post(INIT, data="no json", headers=token).status_code == 400
        assert api.post(INIT, json=GOOD, headers=token).status_code == 200
        assert api.post(INIT, json=GOOD, headers=token).status_code == 403
        assert api.logged_in("admin", PASSWORD).get("/users/me").ok


def test_a_setup_token_is_logged_when_none_is_given(played: str, data: Path) -> None:
    with server(played, data) as running:
        tokens = [json.loads(line).get("setup_token") for line in running.log]
        found = [token for token in tokens if token]
        assert len(found) == (0 if played.startswith("2.23") else 1)
        headers = {"X-Setup-Token": found[0]} if found else {}
        assert running.api.post(INIT, json=GOOD, headers=headers).status_code == 200


def test_nobody_in_time(played: str, data: Path) -> None:
    settings = WITHOUT_TOKEN
    with server(played, data, PLAYED_ADMIN_TIMEOUT_SECONDS="0", **settings) as running:
        text = "Administrator initialization timeout"
        for path in ("/system/status", "/status?x=1", "/users/admin/check", "/no/such/route"):
            reply = running.api.get(path)
            refused(reply, 303, text, text)
            assert reply.headers["Redirect-Reason"] == "AdminInitTimeout"
            assert "Location" not in reply.headers
        refused(running.api.post(INIT, json=GOOD), 303, text)
        assert running.api.get("/status").status_code == 200
        assert running.api.get("/settings/public").status_code == 200
    with server(played, data, **settings) as running:
        assert running.api.post(INIT, json=GOOD).status_code == 200


def test_somebody_in_time(newest: str, data: Path) -> None:
    settings = WITHOUT_TOKEN | {"PLAYED_ADMIN_TIMEOUT_SECONDS": "1"}
    with server(newest, data, **settings) as running:
        begin = time.monotonic()
        assert running.api.post(INIT, json=GOOD).status_code == 200
        while time.monotonic() < begin + 1.1:
            assert running.api.get("/system/status").status_code == 200


def test_password_from_a_file(newest: str, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("tiny \n")
    with server(newest, data, "--admin-password-file", str(file)) as running:
        assert "created admin user with the given password." in map(message_of, running.log)
        reply = running.api.post("/auth", json={"Username": "admin", "Password": "tiny "})
        assert reply.status_code == 200
    file.write_text("another")
    with server(newest, data, f"--admin-password-file={file}") as running:
        assert any("skipping admin password" in message_of(line) for line in running.log)
        assert running.api.logged_in("admin", "tiny ").get("/users/me").ok
