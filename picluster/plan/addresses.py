"""Network values of cluster.toml: addresses, the subnet, address pools, MACs."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticKnownError

from picluster.plan.problems import quote
from picluster.plan.suggest import listed

_PRIVATE = [IPv4Network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
"""RFC 1918."""


def _parse_address(value: object) -> IPv4Address:
    if isinstance(value, IPv4Address):
        return value
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    try:
        return IPv4Address(value)
    except AddressValueError:
        pass
    try:
        inside = IPv4Address(value.split("/")[0].strip())
    except AddressValueError:
        raise ValueError(
            f'{quote(value)} is no IPv4 address; write four numbers such as "192.168.1.11"'
        ) from None
    raise ValueError(f"{quote(value)} is no IPv4 address; did you mean {quote(str(inside))}?")


def _parse_subnet(value: object, example: str = "192.168.1.0/24") -> IPv4Network:
    if isinstance(value, IPv4Network):
        return value
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    try:
        subnet = IPv4Network(value, strict=False)
    except ValueError:
        raise ValueError(
            f"{quote(value)} is no IPv4 subnet; write its first address and the length of its "
            f"prefix, for example {quote(example)}"
        ) from None
    if "/" not in value:
        meant = f"{value}/{example.partition('/')[2]}"
        raise ValueError(
            f"{quote(value)} lacks the length of the prefix; did you mean {quote(meant)}?"
        )
    if str(subnet) != value:
        raise ValueError(
            f"{quote(value)} is not the subnet's first address with the length of its prefix; "
            f"did you mean {quote(str(subnet))}?"
        )
    return subnet


def _check_subnet(subnet: IPv4Network) -> IPv4Network:
    if subnet.prefixlen > 30:
        raise ValueError(f'{quote(str(subnet))} has no room for boards; a home network is a "/24"')
    if subnet.prefixlen < 8:
        raise ValueError(f'{quote(str(subnet))} is no local network; a home network is a "/24"')
    if subnet.is_loopback or subnet.is_multicast or subnet.is_reserved:
        raise ValueError(
            f"{quote(str(subnet))} is no local network; write your router's, "
            'for example "192.168.1.0/24"'
        )
    return subnet


def _parse_pool(value: object) -> IPv4Network:
    return _parse_subnet(value, example="172.30.0.0/16")


def _check_pool(pool: IPv4Network) -> IPv4Network:
    if not any(pool.subnet_of(private) for private in _PRIVATE):
        raise ValueError(
            f"{quote(str(pool))} is not private; choose one inside {listed(map(str, _PRIVATE))}"
        )
    if pool.prefixlen > 20:
        raise ValueError(
            f"{quote(str(pool))} is too small: every network takes a /24 of it; the length of "
            "its prefix is 8 to 20"
        )
    return pool


def _normalise_mac(text: str) -> str:
    """The MAC as aa:bb:cc:dd:ee:ff, from colons, hyphens, dots (aabb.ccdd.eeff) or bare digits."""
    spelt = re.fullmatch(
        r"[0-9a-f]{2}([:-])[0-9a-f]{2}(\1[0-9a-f]{2}){4}|([0-9a-f]{4}\.){2}[0-9a-f]{4}|[0-9a-f]{12}",
        text.lower(),
    )
    if spelt is None:
        raise ValueError(
            f'{quote(text)} is no MAC address; write six bytes such as "dc:a6:32:01:02:03"'
        )
    digits = re.sub(r"[^0-9a-f]", "", text.lower())
    if int(digits[:2], 16) & 1 or not int(digits, 16):
        raise ValueError(f"{quote(text)} is a group's or an empty address, not that of a board")
    return ":".join(digits[start : start + 2] for start in range(0, 12, 2))


Address = Annotated[IPv4Address, BeforeValidator(_parse_address)]
Subnet = Annotated[IPv4Network, BeforeValidator(_parse_subnet), AfterValidator(_check_subnet)]
Pool = Annotated[IPv4Network, BeforeValidator(_parse_pool), AfterValidator(_check_pool)]
Mac = Annotated[str, AfterValidator(_normalise_mac)]
