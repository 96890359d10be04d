"""The SSH transport: small packets leave at once, and a board that fell silent is noticed."""

import os
import socket
import threading
from typing import Any

import paramiko
from typing_extensions import override

from picluster.plan.errors import UserError
from picluster.pyinfra_command import PATIENCE

SILENT_SECONDS = 60
"""Until a board counts as gone that acknowledges nothing: its cable is out, or it has no power."""
_PROBES = 9


LOST = (
    "the connection to the board was lost: look after its power and its cable, and run again, "
    "which goes on from here"
)

NO_HANDSHAKE = "it took the connection, and its SSH server fell silent"


class Transport(paramiko.Transport):
    """One that names the end of its connection as an error of SSH, whatever it ended of.

    pyinfra fails a host alone for an error of SSH or of the socket. Of an EOFError, paramiko's own
    word for a connection that was cut off before, it ends the run of all hosts.
    """

    @override
    def start_client(
        self, event: threading.Event | None = None, timeout: float | None = None
    ) -> None:
        """Waits for the handshake as long as for the server's first line, at least.

        paramiko's client hands on the time for the connection itself, which is over by now; and
        when it is, paramiko goes on as if the handshake were done.
        """
        if timeout is not None:
            timeout = max(timeout, self.banner_timeout)
        super().start_client(event, timeout)
        if event is None and not self.initial_kex_done:
            self.close()
            raise paramiko.SSHException(NO_HANDSHAKE)

    @override
    def open_channel(self, *args: Any, **kwargs: Any) -> paramiko.Channel:
        try:
            return super().open_channel(*args, **kwargs)
        except EOFError as error:
            raise paramiko.SSHException(LOST) from error


HANDSHAKE = 3
"""How many times as long as a connection each step of SSH's handshake may take, where somebody
waits for a glance: a Pi 3 with work to do needs a second for its keys."""


def connect_arguments() -> dict[str, Any]:
    """Arguments for paramiko's connect.

    PICLUSTER_NAGLE=1 leaves paramiko's own transport in place, so that a benchmark can compare.
    """
    if os.environ.get("PICLUSTER_NAGLE") == "1":
        return {}
    return {"transport_factory": undelayed_transport}


def patience() -> dict[str, Any]:
    """More of them, where PICLUSTER_CONNECT_SECONDS limits the time to reach a board.

    Without it pyinfra's own time counts (config.py). Raises UserError where that is no number of
    seconds.
    """
    seconds = _patience()
    if seconds is None:
        return {}
    handshake = HANDSHAKE * seconds
    return {"timeout": seconds, "banner_timeout": handshake, "auth_timeout": handshake}


def _patience() -> float | None:
    """Seconds that a board may take to be reached. Raises UserError for what is no such number."""
    text = os.environ.get(PATIENCE)
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= SILENT_SECONDS:
        raise UserError(
            f"{PATIENCE}={text!r} in the environment: write a number of seconds from 0.1 to "
            f"{SILENT_SECONDS}, or leave it out"
        )
    return seconds


def undelayed_transport(sock: socket.socket, **kwargs: Any) -> Transport:
    """A transport with TCP_NODELAY, and with an end when the other side is gone.

    paramiko leaves Nagle's algorithm on, which holds each small packet back until the one before
    it is acknowledged: tens of milliseconds for every remote command (docs/performance.md).
    """
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    _notice_silence(sock)
    return Transport(sock, **kwargs)


def _notice_silence(sock: socket.socket) -> None:
    """Lets the kernel ask while nothing is to be sent, and give up what is not acknowledged.

    Without it a run would wait for ever for the end of a command on a board that went away.
    """
    interval = SILENT_SECONDS // (_PROBES + 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", interval),
        ("TCP_KEEPALIVE", interval),  # the same on macOS
        ("TCP_KEEPINTVL", interval),
        ("TCP_KEEPCNT", _PROBES),
        ("TCP_USER_TIMEOUT", SILENT_SECONDS * 1000),  # Linux
    ):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
