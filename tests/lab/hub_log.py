"""What boards fetched from the registry that plays Docker Hub, counted in its log."""

import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from docker.models.containers import Container

_LINE = re.compile(
    r'(?P<client>\S+) \S+ \S+ \[[^\]]*\] "(?P<method>[A-Z]+) /v2/(?P<image>\S+)/'
    r'(?P<kind>manifests|blobs)/(?P<reference>\S+) [^"]*" (?P<status>\d+) '
)


@dataclass(frozen=True)
class Request:
    """One question about an image's manifest or one of its blobs."""

    client: str
    """Address of who asked: a board's, or the hub's own gateway for the owner's Docker."""
    method: str
    image: str
    """As in the registry: library/busybox, portainer/agent."""
    kind: str
    """manifests or blobs."""
    reference: str
    """Tag or digest."""
    status: int


def parse(lines: Iterable[str]) -> list[Request]:
    """The requests among the lines of a registry's log."""
    found = (_LINE.match(line) for line in lines)
    return [
        Request(
            match["client"],
            match["method"],
            match["image"],
            match["kind"],
            match["reference"],
            int(match["status"]),
        )
        for match in found
        if match
    ]


def requests(hub: Container, since: float) -> list[Request]:
    """What the registry was asked since a moment, in seconds of the epoch (`now` of this file)."""
    log = hub.logs(stdout=True, stderr=False, since=since)
    return parse(log.decode(errors="replace").splitlines())


def now() -> float:
    """The moment from which on to count."""
    return time.time()


def fetched(found: Iterable[Request], image: str, clients: Iterable[str]) -> Counter[str]:
    """How often each blob of an image was really sent to one of these boards.

    Downloads are what counts: that a tag is still the same may be asked at any time.
    """
    boards = set(clients)
    return Counter(
        request.reference
        for request in found
        if (request.image, request.kind, request.method) == (image, "blobs", "GET")
        and request.status in {200, 206}
        and request.client in boards
    )


def manifests(found: Iterable[Request], image: str, clients: Iterable[str]) -> Counter[str]:
    """How often each of these boards fetched a manifest of an image, by board."""
    boards = set(clients)
    return Counter(
        request.client
        for request in found
        if (request.image, request.kind, request.method) == (image, "manifests", "GET")
        and request.status in {200, 206}
        and request.client in boards
    )
