"""Why there is no answer, in words: out of what requests and its layers raise."""

import ssl
from collections.abc import Iterator
from http import client as http_client
from typing import TypeVar

import requests
from urllib3.exceptions import NameResolutionError

from picluster.portainer.errors import UnreachableError

E = TypeVar("E", bound=BaseException)

_EXPIRED, _NOT_YET_VALID = 10, 9
_OTHER_NAME = {62, 64}
"""OpenSSL's numbers: X509_V_ERR_HOSTNAME_MISMATCH and …_IP_ADDRESS_MISMATCH."""


def unreachable(error: requests.RequestException, url: str) -> UnreachableError:
    """The error to raise instead, without the request, whose body and headers may be secret."""
    if isinstance(error, requests.exceptions.SSLError):
        return UnreachableError(f"{url}: {_tls(error)}")
    if isinstance(error, requests.ConnectTimeout):
        return UnreachableError(f"{url}: nothing there takes a connection (timeout)")
    if isinstance(error, requests.Timeout) or _first(error, TimeoutError):
        # Also a handshake that does not end looks like this, and then nothing was sent.
        return UnreachableError(f"{url}: it took the connection and then fell silent", sent=True)
    if _first(error, NameResolutionError):
        return UnreachableError(f"{url}: no such host name")
    cause = _first(error, OSError, but=(requests.RequestException, http_client.HTTPException))
    if isinstance(cause, ConnectionRefusedError):
        return UnreachableError(f"{url}: connection refused; nothing listens there")
    if cause is not None and not isinstance(cause, ConnectionError):
        return UnreachableError(f"{url}: {cause.strerror or type(cause).__name__}")
    return UnreachableError(f"{url}: it dropped the connection", sent=True)


def _tls(error: BaseException) -> str:
    refused = _first(error, ssl.SSLCertVerificationError)
    if refused is None:
        lower = _first(error, ssl.SSLError, but=(requests.RequestException,))
        reason = getattr(lower, "reason", None) or "unknown reason"
        return f"it does not speak TLS as Portainer does ({reason}); another program listens there?"
    if refused.verify_code == _EXPIRED:
        return "its certificate has expired; if it should not have, set this computer's clock"
    if refused.verify_code == _NOT_YET_VALID:
        return "its certificate is not valid yet; set this computer's clock"
    if refused.verify_code in _OTHER_NAME:
        return "its certificate is for another name or address"
    return (
        "its certificate is not from this cluster's own authority "
        f"({refused.verify_message or 'not verified'})"
    )


def _first(
    error: BaseException, kind: type[E], but: tuple[type[BaseException], ...] = ()
) -> E | None:
    """The first error of a kind among what an error was made from."""
    found = (e for e in _layers(error, set()) if isinstance(e, kind) and not isinstance(e, but))
    return next(found, None)


def _layers(error: BaseException, seen: set[int]) -> Iterator[BaseException]:
    if id(error) in seen:
        return
    seen.add(id(error))
    yield error
    within = (getattr(error, "reason", None), error.__cause__, error.__context__, *error.args)
    for inner in within:
        if isinstance(inner, BaseException):
            yield from _layers(inner, seen)
