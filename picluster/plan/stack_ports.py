"""Ports that a service of a compose file publishes, in both of its syntaxes.

Source: docs.docker.com, Compose file reference, "ports"; that all ports of a range are published
for a single one of the container is read in github.com/docker/cli, opts/port.go and
cli/compose/loader.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_PORTS = re.compile(r"(?P<first>[0-9]{1,5})(-(?P<last>[0-9]{1,5}))?", re.ASCII)
_SHORT = re.compile(
    r"((?P<address>\[[^\]]*\]|[^:]*):)?(?P<published>[^:]*):[^:/]+(/(?P<protocol>[A-Za-z]+))?"
)


@dataclass(frozen=True, slots=True)
class Published:
    """A port, or a range of them, as the user wrote it down."""

    position: int
    """In the service's list."""
    numbers: range
    protocol: str
    """tcp, udp or sctp."""
    on_host: bool
    """Whether only boards with a task open it (mode: host), not all (ingress)."""

    @property
    def words(self) -> str:
        """As in `80/tcp` or `8080-8090/tcp`."""
        first, last = self.numbers[0], self.numbers[-1]
        return f"{first}{f'-{last}' if last > first else ''}/{self.protocol}"


def published(service: Mapping[str, Any]) -> Iterator[Published]:
    """What a service publishes at numbers of its own choice, variables already replaced.

    A port without a number gets one of Docker's choice that is free. What cannot be read is left
    to Docker, which refuses it.
    """
    entries = service.get("ports")
    for position, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            text, protocol = entry.get("published"), entry.get("protocol")
            on_host = str(entry.get("mode")).lower() == "host"
        else:
            match = _SHORT.fullmatch(str(entry).strip())
            text, protocol = (match["published"], match["protocol"]) if match else (None, None)
            on_host = False
        numbers = _numbers(text)
        if numbers:
            yield Published(position, numbers, str(protocol or "tcp").lower(), on_host)


def _numbers(text: object) -> range:
    """All of a range; empty for none."""
    match = _PORTS.fullmatch(str(text))
    if match is None:
        return range(0)
    first = int(match["first"])
    last = int(match["last"] or first)
    return range(first, last + 1) if 0 < first <= last < 2**16 else range(0)
