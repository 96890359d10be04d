"""Backups and what is done with them."""

import threading
from pathlib import Path

import pytest

from picluster.portainer import (
    AlreadyInitialisedError,
    Portainer,
    PortainerError,
    SetupTokenError,
    UnexpectedAnswerError,
    UnreachableError,
    WrongBackupPasswordError,
)
from tests.unit.portainer.played import Answer, Played, refusal

PASSWORD = "password-of-the-backup"  # noqa: S105 - of a played server
SEALED = b"AES256-GCM" + bytes(range(256)) * 1000
BACK = {"GET /users/admin/check": Answer(204)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


def test_a_backup(server: Played, client: Portainer, folder: Path) -> None:
    server.answers["POST /backup"] = Answer(200, SEALED)
    client.backup(PASSWORD, folder / "a.encrypted")
    assert server.asked[0].json == {"password": PASSWORD}
    assert (folder / "a.encrypted").read_bytes() == SEALED
    assert (folder / "a.encrypted").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["a.encrypted"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(200, b"\x1f\x8b an archive that is not encrypted"), UnexpectedAnswerError),
        (Answer(200, b"AES256"), UnexpectedAnswerError),
        (Answer(200, b""), UnexpectedAnswerError),
        (Answer(200, SEALED, short=True), UnreachableError),
        (Answer(cut=True), UnreachableError),
        (refusal(500, "Failed to create backup"), PortainerError),
    ],
)
def test_a_backup_that_fails_leaves_the_last_one(
    server: Played, client: Portainer, folder: Path, answer: Answer, kind: type[PortainerError]
) -> None:
    (folder / "a.encrypted").write_bytes(b"the last one")
    server.answers["POST /backup"] = answer
    with pytest.raises(kind):
        client.backup(PASSWORD, folder / "a.encrypted")
    assert (folder / "a.encrypted").read_bytes() == b"the last one"
    assert [path.name for path in folder.iterdir()] == ["a.encrypted"]


def test_a_backup_after_a_restart(server: Played, client: Portainer, folder: Path) -> None:
    server.answers["POST /backup"] = [refusal(401, "Invalid JWT token"), Answer(200, SEALED)]
    client.backup(PASSWORD, folder / "a.encrypted")
    assert (folder / "a.encrypted").read_bytes() == SEALED


def test_a_backup_that_hangs(server: Played, client: Portainer, folder: Path) -> None:
    over = threading.Event()

    def hang(_asked: object) -> Answer:
        over.wait(10)
        return Answer(cut=True)

    server.answers["POST /backup"] = hang
    try:
        with pytest.raises(UnreachableError, match="fell silent") as caught:
            client.backup(PASSWORD, folder / "a.encrypted", seconds=0.2)
    finally:
        over.set()
    assert caught.value.sent
    assert list(folder.iterdir()) == []


@pytest.fixture
def archive(folder: Path) -> Path:
    path = folder / "a.encrypted"
    path.write_bytes(SEALED)
    return path


def test_a_restore(server: Played, anonymous: Portainer, archive: Path) -> None:
    server.answers |= {"POST /restore": Answer(200), **BACK}
    anonymous.restore(archive, PASSWORD, seconds=20)
    asked = server.asked[0]
    assert asked.headers["X-Setup-Token"] == "the-setup-token"
    assert asked.headers["Content-Type"].startswith("multipart/form-data")
    assert b'name="file"; filename="a.encrypted"' in asked.body
    assert SEALED in asked.body
    assert f'name="password"\r\n\r\n{PASSWORD}\r\n'.encode() in asked.body
    assert "Authorization" not in asked.headers


def test_a_server_that_rebuilds_itself(server: Played, anonymous: Portainer, archive: Path) -> None:
    """Its connection drops before the answer, then it is away, then it is still the new one."""
    server.answers |= {
        "POST /restore": Answer(cut=True),
        "GET /users/admin/check": [
            Answer(cut=True),
            refusal(404, "No administrator account found"),
            refusal(500, "database not open"),
            Answer(204),
        ],
    }
    told: list[str] = []
    anonymous.restore(archive, PASSWORD, seconds=20, progress=told.append)
    assert len(told) == 3
    assert server.lines == ["POST /restore", *["GET /users/admin/check"] * 4]


def test_a_restore_that_did_not_happen(server: Played, anonymous: Portainer, archive: Path) -> None:
    server.answers |= {
        "POST /restore": Answer(cut=True),
        "GET /users/admin/check": refusal(404, "No administrator account found"),
    }
    with pytest.raises(PortainerError, match="did not take the backup"):
        anonymous.restore(archive, PASSWORD, seconds=0.05)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(400, "Cannot restore already initialized instance"), AlreadyInitialisedError),
        (refusal(403, "Access denied", "Invalid setup token"), SetupTokenError),
        (
            refusal(500, "Failed to restore the backup", f"not decrypted with {PASSWORD}"),
            WrongBackupPasswordError,
        ),
    ],
)
def test_a_backup_that_is_not_taken(
    server: Played,
    anonymous: Portainer,
    archive: Path,
    answer: Answer,
    kind: type[PortainerError],
) -> None:
    server.answers |= {"POST /restore": answer, **BACK}
    with pytest.raises(kind) as caught:
        anonymous.restore(archive, PASSWORD, seconds=20)
    assert PASSWORD not in repr(caught.value)
    assert server.lines == ["POST /restore"]
