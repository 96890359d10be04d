"""The SSH transport: small packets leave at once."""

import os
import socket
from typing import Any

import paramiko


def connect_arguments() -> dict[str, Any]:
    """Arguments for paramiko's connect.

    PICLUSTER_NAGLE=1 leaves paramiko's own transport in place, so that a benchmark can compare.
    """
    if os.environ.get("PICLUSTER_NAGLE") == "1":
        return {}
    return {"transport_factory": undelayed_transport}


def undelayed_transport(sock: socket.socket, **kwargs: Any) -> paramiko.Transport:
    """A transport with TCP_NODELAY.

    paramiko leaves Nagle's algorithm on, which holds each small packet back until the one before
    it is acknowledged: tens of milliseconds for every remote command (docs/performance.md).
    """
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return paramiko.Transport(sock, **kwargs)
