"""TLS is verified, and what keeps an answer away is said in words."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from picluster.authority import ensure_authority
from picluster.portainer import (
    InitialisationTimeoutError,
    Portainer,
    PortainerError,
    UnexpectedAnswerError,
    UnreachableError,
)
from picluster.secrets import Secrets
from tests.unit.portainer.played import Answer, Played, played, refusal, serving

STATUS = Answer(200, {"Version": "2.45.0", "InstanceID": "an-id", "Edition": "CE"})


def test_status(server: Played, anonymous: Portainer) -> None:
    server.answers["GET /system/status"] = STATUS
    status = anonymous.status()
    assert (status.version, status.instance_id) == ("2.45.0", "an-id")


def test_a_host_name_is_checked_like_an_address(server: Played) -> None:
    server.answers["GET /system/status"] = STATUS
    url = server.url.replace("127.0.0.1", "localhost")
    assert Portainer(url, server.ca_file).status().version == "2.45.0"


def test_another_authority(server: Played, tmp_path: Path) -> None:
    others = Secrets(tmp_path / "other" / "cluster")  # of the same name, so with the same subject
    authority = ensure_authority(others)
    others.keep()
    with pytest.raises(UnreachableError, match="not from this cluster's own authority"):
        Portainer(server.url, authority.path).status()
    assert server.asked == []


@pytest.mark.parametrize(
    ("certificate", "message"),
    [
        ({"addresses": ["127.0.0.2"]}, "another name or address"),
        ({"now": datetime.now(UTC) - timedelta(days=500)}, "has expired"),
        ({"now": datetime.now(UTC) + timedelta(days=10)}, "not valid yet; set this computer's"),
    ],
)
def test_a_certificate_that_does_not_fit(
    tmp_path: Path, certificate: dict[str, Any], message: str
) -> None:
    earlier = datetime.now(UTC) - timedelta(days=600)
    with played(tmp_path, authority_now=earlier, **certificate) as server:
        with pytest.raises(UnreachableError, match=message):
            Portainer(server.url, server.ca_file).status()
        assert server.asked == []


def test_a_host_name_that_the_certificate_lacks(tmp_path: Path) -> None:
    with played(tmp_path, names=["pi8a"]) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        with pytest.raises(UnreachableError, match="another name or address"):
            Portainer(url, server.ca_file).status()


def test_environment_variables_change_nothing(
    server: Played, anonymous: Portainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none"))
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password mine\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.answers["GET /system/status"] = STATUS
    assert anonymous.status().version == "2.45.0"
    assert "Authorization" not in server.asked[0].headers


@pytest.fixture
def silent() -> Iterator[str]:
    """Takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"


def test_nothing_listens(server: Played) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(UnreachableError, match="connection refused") as caught:
            Portainer(url, server.ca_file).status()
    assert not caught.value.sent
    assert caught.value.status is None


def test_no_such_host(server: Played) -> None:
    with pytest.raises(UnreachableError, match="no such host name") as caught:
        Portainer("https://board.invalid:9443", server.ca_file).status()
    assert not caught.value.sent


def test_a_handshake_that_does_not_end(
    server: Played, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("picluster.portainer.connection.CONNECT_SECONDS", 0.1)
    with pytest.raises(UnreachableError, match="fell silent"):
        Portainer(silent, server.ca_file, read_seconds=0.1).status()


def test_a_connection_that_drops(server: Played, anonymous: Portainer) -> None:
    server.answers["GET /system/status"] = Answer(cut=True)
    with pytest.raises(UnreachableError, match="dropped the connection") as caught:
        anonymous.status()
    assert caught.value.sent


def test_a_port_without_tls(server: Played) -> None:
    with (
        serving(None) as (_, url),
        pytest.raises(UnreachableError, match="does not speak TLS as Portainer does"),
    ):
        Portainer(url, server.ca_file).status()


def test_a_ca_file_that_is_missing(server: Played, tmp_path: Path) -> None:
    with pytest.raises(PortainerError, match=r"none\.pem is missing") as caught:
        Portainer(server.url, tmp_path / "none.pem").status()
    assert not isinstance(caught.value, UnreachableError)  # no use to wait for it


@pytest.mark.parametrize("body", [b"<html>hello", b"[]", b"null", {"Version": 3}, b""])
def test_another_program_s_answer(server: Played, anonymous: Portainer, body: object) -> None:
    server.answers["GET /system/status"] = Answer(200, body)
    with pytest.raises(UnexpectedAnswerError, match="GET /system/status is not Portainer's"):
        anonymous.status()


def test_nobody_set_it_up_in_time(server: Played, anonymous: Portainer) -> None:
    server.answers["GET /system/status"] = refusal(
        303, "Administrator initialization timeout", Redirect_Reason="AdminInitTimeout"
    )
    with pytest.raises(InitialisationTimeoutError, match="Restart its server") as caught:
        anonymous.wait_until_ready(60)  # waiting would not help
    assert caught.value.status == 303
    assert len(server.asked) == 1


def test_other_redirections_are_not_followed(server: Played, anonymous: Portainer) -> None:
    elsewhere = Answer(302, headers={"Location": f"{server.url}/api/elsewhere"})
    server.answers["GET /system/status"] = elsewhere
    with pytest.raises(UnexpectedAnswerError, match="redirection"):
        anonymous.status()
    assert len(server.asked) == 1


def test_waiting_until_it_answers(server: Played, anonymous: Portainer) -> None:
    server.answers["GET /system/status"] = [
        Answer(cut=True),
        Answer(cut=True),
        refusal(500, "busy"),
        STATUS,
    ]
    told: list[str] = []
    assert anonymous.wait_until_ready(20, told.append).version == "2.45.0"
    assert len(told) == 2  # each reason once
    assert "dropped" in told[0]
    assert "busy" in told[1]


def test_waiting_in_vain(server: Played, anonymous: Portainer) -> None:
    server.answers["GET /system/status"] = Answer(cut=True)
    with pytest.raises(UnreachableError, match="dropped"):
        anonymous.wait_until_ready(0.05)
    assert len(server.asked) > 1


def test_expired_is_tested_with_a_certificate_that_was_good_once(tmp_path: Path) -> None:
    """The other tests of refusal stand on the certificate being the only thing that is wrong."""
    with played(tmp_path) as server:
        context = ssl.create_default_context(cafile=str(server.ca_file))
        host, port = server.url.removeprefix("https://").split(":")
        with (
            socket.create_connection((host, int(port))) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1") as secured,
        ):
            assert secured.version() == "TLSv1.3"
