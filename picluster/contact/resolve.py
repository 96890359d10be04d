"""From what people type to IPv4 addresses."""

import socket
from ipaddress import AddressValueError, IPv4Address

from picluster.plan.errors import UserError
from picluster.plan.problems import quote


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
            "; names in .local need mDNS on this computer (libnss-mdns), your router's list of "
            "devices shows addresses"
            if asked.endswith(".local")
            else "; write the IPv4 address that your router's list of devices shows"
        )
        raise UserError(f"{quote(asked)} has no IPv4 address that this computer knows{hint}") from None
    return IPv4Address(found[0][4][0])
