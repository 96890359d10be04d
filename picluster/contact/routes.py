"""The local network, as this computer's own routing table knows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

_TABLE = Path("/proc/net/route")  # on Linux; without it the network is guessed


@dataclass(frozen=True, slots=True)
class Lan:
    """A network that boards stand in."""

    subnet: IPv4Network
    gateway: IPv4Address | None
    known: bool
    """Whether this computer stands in it, too; otherwise the subnet is a guess."""


def lan_of(addresses: list[IPv4Address], table: str | None = None) -> Lan:
    """The network of these addresses, at least one.

    + table: text of /proc/net/route, by default this computer's
    """
    if table is None:
        table = _TABLE.read_text() if _TABLE.exists() else ""
    routes = list(_routes(table))
    gateways = [gateway for subnet, gateway in routes if subnet.prefixlen == 0]
    for subnet, gateway in routes:
        direct = not int(gateway) and 8 <= subnet.prefixlen <= 30
        if direct and all(address in subnet for address in addresses):
            return Lan(subnet, next((one for one in gateways if one in subnet), None), True)
    return Lan(_smallest(addresses), None, False)


def _routes(table: str) -> Iterator[tuple[IPv4Network, IPv4Address]]:
    for line in table.splitlines()[1:]:
        words = line.split()
        destination, gateway, mask = (_address(words[column]) for column in (1, 2, 7))
        yield IPv4Network((int(destination), int(mask).bit_count())), gateway


def _address(word: str) -> IPv4Address:
    """The kernel prints the address as a number in the order of the processor's bytes."""
    return IPv4Address(bytes.fromhex(word)[::-1])


def _smallest(addresses: list[IPv4Address]) -> IPv4Network:
    """The smallest network of at least a /24 that holds the addresses."""
    subnet = IPv4Network((int(addresses[0]), 24), strict=False)
    while not all(address in subnet for address in addresses):
        subnet = subnet.supernet()
    return subnet
