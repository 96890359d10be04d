"""The transport below each SSH connection to a board."""

import socket
import threading
from collections.abc import Iterator

import paramiko
import pytest
from typing_extensions import override

from picluster.connection import SILENT_SECONDS, patience, undelayed_transport
from picluster.plan.errors import UserError


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        here = socket.create_connection(server.getsockname())
        there, _ = server.accept()
    with here, there:
        yield here, there


def test_small_packets_leave_at_once_and_silence_is_noticed(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    here, _ = pair
    undelayed_transport(here)
    assert here.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert here.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    interval = here.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL)
    probes = here.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
    assert 0 < interval * probes <= SILENT_SECONDS


class FallsSilent(paramiko.ServerInterface):
    """Lets anybody in, and is gone when it is asked to run something."""

    def __init__(self, there: socket.socket) -> None:
        self._there = there

    @override
    def check_auth_none(self, username: str) -> int:
        return paramiko.common.AUTH_SUCCESSFUL

    @override
    def check_channel_request(self, kind: str, chanid: int) -> int:
        self._there.shutdown(socket.SHUT_RDWR)
        return paramiko.common.OPEN_SUCCEEDED


def test_a_lost_connection_is_an_error_of_ssh(pair: tuple[socket.socket, socket.socket]) -> None:
    """Of which pyinfra fails one host; of an EOFError it ends the run of all."""
    here, there = pair
    server = paramiko.Transport(there)
    server.add_server_key(paramiko.ECDSAKey.generate())
    threading.Thread(target=server.start_server, args=(None, FallsSilent(there))).start()
    client = undelayed_transport(here)
    client.start_client(timeout=10)
    client.auth_none("pi")
    with pytest.raises(paramiko.SSHException, match="the connection to the board was lost"):
        client.open_session(timeout=10)
    client.close()
    server.close()


def test_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PICLUSTER_CONNECT_SECONDS", raising=False)
    assert patience() == {}
    monkeypatch.setenv("PICLUSTER_CONNECT_SECONDS", "1.5")
    assert patience() == {"timeout": 1.5, "banner_timeout": 4.5, "auth_timeout": 4.5}


@pytest.mark.parametrize("text", ["0", "-1", "61", "soon", "nan", "inf"])
def test_patience_that_is_no_time(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PICLUSTER_CONNECT_SECONDS", text)
    with pytest.raises(UserError, match="write a number of seconds"):
        patience()


def test_a_server_that_says_nothing_is_not_waited_for_longer_than_was_said(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    """And does not count as one whose handshake is done."""
    here, _there = pair
    client = undelayed_transport(here)
    client.banner_timeout = 0.3
    with pytest.raises(paramiko.SSHException, match=r"fell silent|SSH protocol banner"):
        client.start_client(timeout=0.1)
    client.close()


def test_a_server_that_needs_longer_than_the_connection_itself(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    """A Pi 3 with work to do needs a second for its keys, and is not dead for that."""
    here, there = pair
    server = paramiko.Transport(there)
    server.add_server_key(paramiko.ECDSAKey.generate())
    beginning = threading.Timer(0.5, server.start_server, (threading.Event(), FallsSilent(there)))
    beginning.start()
    client = undelayed_transport(here)
    client.start_client(timeout=0.05)
    assert client.initial_kex_done
    client.close()
    server.close()
    beginning.join()
