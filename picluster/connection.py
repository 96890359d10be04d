"""The SSH transport: small packets leave at once, and a board that fell silent is noticed."""

import os
import socket
from typing import Any

import paramiko
from typing_extensions import override

SILENT_SECONDS = 60
"""Until a board counts as gone that acknowledges nothing: its cable is out, or it has no power."""
_PROBES = 9


LOST = (
    "the connection to the board was lost: look after its power and its cable, and run again, "
    "which goes on from here"
)


class Transport(paramiko.Transport):
    """One that names the end of its connection as an error of SSH, whatever it ended of.

    pyinfra fails a host alone for an error of SSH or of the socket. Of an EOFError, paramiko's own
    word for a connection that was cut off before, it ends the run of all hosts.
    """

    @override
    def open_channel(self, *args: Any, **kwargs: Any) -> paramiko.Channel:
        try:
            return super().open_channel(*args, **kwargs)
        except EOFError as error:
            raise paramiko.SSHException(LOST) from error


def connect_arguments() -> dict[str, Any]:
    """Arguments for paramiko's connect.

    PICLUSTER_NAGLE=1 leaves paramiko's own transport in place, so that a benchmark can compare.
    """
    if os.environ.get("PICLUSTER_NAGLE") == "1":
        return {}
    return {"transport_factory": undelayed_transport}


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
