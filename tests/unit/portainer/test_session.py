"""The first administrator and logins."""

import pytest

from picluster.portainer import (
    AlreadyInitialisedError,
    BannedError,
    LockedError,
    PasswordTooLongError,
    Portainer,
    PortainerError,
    SetupTokenError,
    WrongPasswordError,
)
from tests.unit.portainer.conftest import JWT, PASSWORD
from tests.unit.portainer.played import Answer, Asked, Played, refusal

LIST = "GET /endpoints?excludeSnapshots=true"
DEAD = refusal(401, "Invalid JWT token", "Unauthorized")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(Answer(204), True), (refusal(404, "No administrator account found"), False)],
)
def test_whether_there_is_an_administrator(
    server: Played, anonymous: Portainer, answer: Answer, expected: bool
) -> None:
    server.answers["GET /users/admin/check"] = answer
    assert anonymous.has_administrator() is expected


def test_a_server_that_fails_is_not_one_without_administrator(
    server: Played, anonymous: Portainer
) -> None:
    server.answers["GET /users/admin/check"] = refusal(500, "database is broken")
    with pytest.raises(PortainerError, match="database is broken"):
        anonymous.has_administrator()


def test_the_first_administrator(server: Played, anonymous: Portainer) -> None:
    server.answers["POST /users/admin/init"] = Answer(200, {"Id": 1, "Password": "$2a$10$hash"})
    anonymous.create_administrator("admin", PASSWORD)
    [asked] = server.asked
    assert asked.json == {"Username": "admin", "Password": PASSWORD}
    assert asked.headers["X-Setup-Token"] == "the-setup-token"


def test_no_setup_token_is_sent_where_none_is_known(server: Played) -> None:
    server.answers["POST /users/admin/init"] = Answer(200, {})
    Portainer(server.url, server.ca_file).create_administrator("admin", PASSWORD)
    assert "X-Setup-Token" not in server.asked[0].headers


@pytest.mark.parametrize("password", ["x" * 73, "é" * 37])
def test_more_than_72_bytes_are_not_sent(
    server: Played, anonymous: Portainer, password: str
) -> None:
    with pytest.raises(PasswordTooLongError, match="72 bytes") as caught:
        anonymous.create_administrator("admin", password)
    assert server.asked == []
    assert password not in str(caught.value)


def test_72_bytes_are_sent(server: Played, anonymous: Portainer) -> None:
    server.answers["POST /users/admin/init"] = Answer(200, {})
    anonymous.create_administrator("admin", "é" * 36)
    assert server.asked[0].json["Password"] == "é" * 36


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(403, "Access denied", "Invalid setup token"), SetupTokenError),
        (refusal(409, "Unable to create administrator user", "exists"), AlreadyInitialisedError),
        (refusal(400, "Password does not meet the requirements"), PortainerError),
    ],
)
def test_an_administrator_who_is_refused(
    server: Played, anonymous: Portainer, answer: Answer, kind: type[PortainerError]
) -> None:
    server.answers["POST /users/admin/init"] = answer
    with pytest.raises(PortainerError, match=answer.body["message"]) as caught:
        anonymous.create_administrator("admin", PASSWORD)
    assert type(caught.value) is kind
    assert caught.value.status == answer.status


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(422, "Invalid credentials", "Unauthorized"), WrongPasswordError),
        (refusal(403, "Access denied", "Access denied to resource"), BannedError),
    ],
)
def test_a_login_that_is_refused(
    server: Played, anonymous: Portainer, answer: Answer, kind: type[PortainerError]
) -> None:
    server.answers["POST /auth"] = answer
    with pytest.raises(kind):
        anonymous.login("admin", PASSWORD)
    assert len(server.asked) == 1  # the eleventh try within a second bans this computer


def test_what_comes_after_a_login(server: Played, client: Portainer) -> None:
    server.answers[LIST] = Answer(200, [])
    assert client.environments() == []
    assert client.environments() == []
    for asked in server.asked:
        assert asked.headers["Authorization"] == f"Bearer {JWT}"
        assert "Cookie" not in asked.headers


def test_a_login_that_died_is_made_anew_once(server: Played, client: Portainer) -> None:
    server.answers["POST /auth"] = Answer(200, {"jwt": "fresh"})

    def only_fresh(asked: Asked) -> Answer:
        return Answer(200, []) if asked.headers["Authorization"] == "Bearer fresh" else DEAD

    server.answers[LIST] = only_fresh
    assert client.environments() == []
    assert server.lines == [LIST, "POST /auth", LIST]


def test_a_login_that_dies_again_is_not_made_for_ever(server: Played, client: Portainer) -> None:
    server.answers[LIST] = DEAD
    with pytest.raises(PortainerError, match="Invalid JWT token") as caught:
        client.environments()
    assert caught.value.status == 401
    assert server.lines == [LIST, "POST /auth", LIST]


def test_a_password_that_was_changed_meanwhile(server: Played, client: Portainer) -> None:
    server.answers[LIST] = DEAD
    server.answers["POST /auth"] = refusal(422, "Invalid credentials", "Unauthorized")
    with pytest.raises(WrongPasswordError):
        client.environments()


def test_without_a_login_nothing_is_tried_again(server: Played, anonymous: Portainer) -> None:
    server.answers[LIST] = refusal(401, "A valid authorization token is missing", "Unauthorized")
    with pytest.raises(PortainerError, match="A valid authorization token is missing"):
        anonymous.environments()
    assert server.lines == [LIST]


def test_a_write_that_waits_for_a_backup(server: Played, client: Portainer) -> None:
    server.answers["PUT /settings"] = refusal(408, "Timeout waiting for the offline gate to signal")
    with pytest.raises(LockedError, match=r"offline gate .*restart its server"):
        client.update_settings(EnableTelemetry=False)


def test_no_secret_is_shown(server: Played, client: Portainer) -> None:
    told = f"cannot use {PASSWORD} with {JWT} and the-setup-token"
    server.answers[LIST] = refusal(500, told, f"because of {PASSWORD}")
    with pytest.raises(PortainerError) as caught:
        client.environments()
    everything = " ".join(
        (repr(client), repr(vars(client)["_connection"]), repr(caught.value), str(caught.value))
    )
    assert "cannot use (hidden) with (hidden) and (hidden)" in everything
    for secret in (PASSWORD, JWT, "the-setup-token"):
        assert secret not in everything


def test_a_refused_login_shows_no_password(server: Played, anonymous: Portainer) -> None:
    server.answers["POST /auth"] = refusal(400, f"Json: {PASSWORD}")
    with pytest.raises(PortainerError) as caught:
        anonymous.login("admin", PASSWORD)
    assert PASSWORD not in repr(caught.value)
