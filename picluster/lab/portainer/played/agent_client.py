"""Calls to an agent, by the server or by another agent."""

import functools
import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from .engine import EngineReply, exchange

ANSWER_SECONDS = 60
PING_SECONDS = 3


@functools.cache
def _accepting() -> ssl.SSLContext:
    """For agents, whose certificates are their own; without the list of authorities, made once."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@functools.cache
def _verifying() -> ssl.SSLContext:
    return ssl.create_default_context()


@dataclass(frozen=True)
class AgentAddress:
    """Where an agent listens, and whether its certificate is looked at."""

    host: str
    port: int
    verified: bool = False

    def _connection(self, seconds: float) -> http.client.HTTPSConnection:
        context = _verifying() if self.verified else _accepting()
        return http.client.HTTPSConnection(self.host, self.port, timeout=seconds, context=context)

    def ask(
        self,
        method: str,
        target: str,
        body: bytes,
        headers: Mapping[str, str],
        seconds: float = ANSWER_SECONDS,
    ) -> EngineReply:
        """One request; raises OSError."""
        return exchange(self._connection(seconds), method, target, body, headers)

    def ping(self) -> EngineReply:
        """The answer without a signature; raises OSError with a text as Go's."""
        try:
            return exchange(self._connection(PING_SECONDS), "GET", "/ping", b"", {})
        except OSError as error:
            message = f'Get "https://{self.host}:{self.port}/ping": {reason(self, error)}'
            raise OSError(message) from error


def address_of(url: str, *, verified: bool = False) -> AgentAddress:
    """The agent of an environment's URL, such as tcp://tasks.agent:9001."""
    parts = urlsplit(url)
    return AgentAddress(parts.hostname or "", parts.port or 9001, verified)


def reason(address: AgentAddress, error: OSError) -> str:
    """What went wrong, in words like those of Go."""
    where = f"dial tcp {address.host}:{address.port}"
    match error:
        case ssl.SSLCertVerificationError():
            return f"tls: failed to verify certificate: x509: {error.verify_message}"
        case ConnectionRefusedError():
            return f"{where}: connect: connection refused"
        case socket.gaierror():
            return f"dial tcp: lookup {address.host}: no such host"
        case TimeoutError():
            return f"{where}: i/o timeout"
        case _:
            return f"{where}: {error}"
