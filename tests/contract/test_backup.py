"""Backups, and instances made anew of them."""

import io
import re
import tarfile
import time
from pathlib import Path

import pytest
import requests

from tests.contract.api import PASSWORD, SECONDS, Api, refused
from tests.contract.conftest import REAL, Instance
from tests.contract.processes import WITHOUT_TOKEN, administered, server

FAILED = "Failed to restore the backup"


def test_without_a_body(portainer: Instance) -> None:
    refused(portainer.api.post("/backup"), 400, "Invalid request payload", "EOF")


def test_open_archive(portainer: Instance) -> None:
    reply = portainer.api.post("/backup", json={"password": ""})
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "application/gzip")
    assert re.fullmatch(
        r"attachment; filename=portainer-backup_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.tar\.gz",
        reply.headers["Content-Disposition"],
    )
    with tarfile.open(fileobj=io.BytesIO(reply.content)) as archive:
        names = {name.lstrip("/") for name in archive.getnames()}
    assert names >= {
        "portainer.db",
        "portainer.key",
        "portainer.pub",
        "certs/cert.pem",
        "certs/key.pem",
        "chisel/private-key.pem",
    }
    assert any(re.fullmatch(r"export-\d+\.json", name) for name in names)


def test_sealed_archive(portainer: Instance) -> None:
    reply = portainer.api.post("/backup", json={"password": "of the archive"})
    assert reply.headers["Content-Type"] == "application/octet-stream"
    assert reply.headers["Content-Disposition"].endswith(".tar.gz.encrypted")
    assert reply.content.startswith(b"AES256-GCM")
    assert portainer.administrator.encode() not in reply.content


def test_not_on_top_of_an_administrator(portainer: Instance) -> None:
    reply = _restore(portainer.api.without_token(), b"anything", "")
    if REAL and reply.status_code == 403:
        pytest.skip("started with a setup token, which it looks for first")
    refused(reply, 400, "Cannot restore already initialized instance")


def test_restore(played: str, data: Path, tmp_path: Path) -> None:
    with administered(played, data) as running:
        old = running.api.get("/status").json()["InstanceID"]
        sealed = running.api.post("/backup", json={"password": "right"}).content
        token = running.api.headers
    with server(played, tmp_path / "new", **WITHOUT_TOKEN) as running:
        api = running.api
        assert api.get("/status").json()["InstanceID"] != old
        assert api.post("/restore", json={}).status_code == 400
        assert api.post("/restore", files={"password": (None, "x")}).status_code == 400
        wrong = _restore(api, sealed, "wrong")
        refused(wrong, 500, FAILED, "Failed to decrypt the archive. Please ensure the password")
        for content, password in ((sealed, ""), (b"no archive", ""), (b"no archive", "right")):
            reply = _restore(api, content, password)
            refused(reply, 500, FAILED)
            assert "gzip: invalid header" in reply.json()["details"]
        done = _restore(api, sealed, "right")
        assert (done.status_code, done.content) == (200, b"")
        # Its certificate is the old one's too.
        api.certificate = str(data / "certs/cert.pem")
        assert _once_it_is_back(api) == old
        assert api.get("/users/me", headers=token).status_code == 401
        assert api.logged_in("admin", PASSWORD).get("/users/me").ok
        again = _restore(api, sealed, "right")
        refused(again, 400, "Cannot restore already initialized instance")


def _restore(api: Api, content: bytes, password: str) -> requests.Response:
    form: dict[str, tuple[str | None, bytes | str]] = {"file": ("backup.tar.gz", content)}
    if password:
        form["password"] = (None, password)
    return api.post("/restore", files=form)


def _once_it_is_back(api: Api) -> str:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            return str(api.get("/status").json()["InstanceID"])
        except requests.ConnectionError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
