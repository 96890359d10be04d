"""A backup on its way from the server into a file."""

from collections.abc import Iterator
from pathlib import Path

import requests

from picluster.portainer.errors import UnexpectedAnswerError
from picluster.portainer.unreachable import unreachable
from picluster.secrets import private_file

ENCRYPTED = b"AES256-GCM"
"""How an encrypted backup begins; one that is not encrypted holds private keys for all to read."""
_CHUNK = 64 * 1024


def store(response: requests.Response, path: Path, url: str) -> None:
    """Writes an answer that is an encrypted backup.

    Raises PortainerError or OSError; what was at the path before is then still there.
    """
    with private_file(path) as file:
        for chunk in _encrypted(_chunks(response, url), url):
            file.write(chunk)


def _chunks(response: requests.Response, url: str) -> Iterator[bytes]:
    try:
        yield from response.iter_content(_CHUNK)
    except requests.RequestException as error:
        raise unreachable(error, url) from None


def _encrypted(chunks: Iterator[bytes], url: str) -> Iterator[bytes]:
    first = b""
    while len(first) < len(ENCRYPTED) and (chunk := next(chunks, b"")):
        first += chunk
    if not first.startswith(ENCRYPTED):
        raise UnexpectedAnswerError(f"{url}: what it sent is no encrypted backup; it was not kept")
    yield first
    yield from chunks
