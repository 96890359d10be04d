"""Asking the daemons' pages."""

from typing import TypeVar

import requests
from pydantic import TypeAdapter, ValidationError

from picluster.checks.verdict import AskError
from picluster.portainer.unreachable import unreachable

T = TypeVar("T")

CONNECT_SECONDS = 3.0
READ_SECONDS = 6.0
"""A daemon on a busy board answers its page within a second or two; --quick has ten in all."""


def content(
    url: str,
    remedy: str,
    *,
    seconds: float = READ_SECONDS,
    connect_seconds: float = CONNECT_SECONDS,
) -> bytes:
    """What stands at a URL; arguments and errors as those of `response`."""
    return response(url, remedy, seconds=seconds, connect_seconds=connect_seconds).content


def response(
    url: str,
    remedy: str,
    *,
    seconds: float = READ_SECONDS,
    connect_seconds: float = CONNECT_SECONDS,
) -> requests.Response:
    """What stands at a URL, with its headers. Raises AskError where nothing does.

    + remedy: what to do then
    + seconds: how long the server may be silent
    + connect_seconds: how long it may take to be reached
    """
    with requests.Session() as session:
        # A proxy of the environment is not meant for a board nearby.
        session.trust_env = False
        try:
            answer = session.get(url, timeout=(connect_seconds, seconds))
        except requests.RequestException as error:
            raise AskError(str(unreachable(error, url)), remedy) from None
    if not answer.ok:
        raise AskError(f"{url} answers {answer.status_code} {answer.reason}", remedy)
    return answer


def json(
    kind: type[T],
    url: str,
    remedy: str,
    *,
    seconds: float = READ_SECONDS,
    connect_seconds: float = CONNECT_SECONDS,
) -> T:
    """The same as a value of this type. Raises AskError for anything else."""
    try:
        answer = content(url, remedy, seconds=seconds, connect_seconds=connect_seconds)
        return TypeAdapter(kind).validate_json(answer)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the beginning"
        raise AskError(
            f"{url} answers something else than expected, at {place}: {first['msg']}", remedy
        ) from None
