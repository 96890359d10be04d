"""From what people type to IPv4 addresses."""

import socket
from ipaddress import AddressValueError, IPv4Address

from picluster.plan.errors import UserError


def resolve(asked: str) -> IPv4Address:
    """The address of a name, or the address that it is already. Raises UserError."""
    try:
        return IPv4Address(asked)
    except AddressValueError:
        pass
    try:
        found = socket.getaddrinfo(asked, None, socket.AF_INET, socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        hint = (
            "names in .local need mDNS on this computer (Debian: apt-get install libnss-mdns)"
            if asked.endswith(".local")
            else "or write its IPv4 address, which your router's list of devices shows"
        )
        raise UserError(f"this computer knows no IPv4 address of that name; {hint}") from None
    return IPv4Address(found[0][4][0])
