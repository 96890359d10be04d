"""The local network from a routing table."""

from ipaddress import IPv4Address

import pytest

from picluster.contact.routes import lan_of

HEADER = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
DEFAULT = "eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
LOCAL = "eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"


@pytest.mark.parametrize(
    ("addresses", "table", "subnet", "gateway", "known"),
    [
        (["192.168.1.11"], DEFAULT + LOCAL, "192.168.1.0/24", "192.168.1.1", True),
        (["192.168.1.11"], LOCAL, "192.168.1.0/24", None, True),
        (["10.0.0.5", "10.0.0.200"], DEFAULT + LOCAL, "10.0.0.0/24", None, False),
        (["10.0.0.5", "10.0.3.1"], "", "10.0.0.0/22", None, False),
        (["192.168.1.11", "10.0.3.1"], DEFAULT, "0.0.0.0/0", None, False),
    ],
)
def test_lan(
    addresses: list[str], table: str, subnet: str, gateway: str | None, known: bool
) -> None:
    lan = lan_of([IPv4Address(one) for one in addresses], HEADER + table)
    assert str(lan.subnet) == subnet
    assert lan.gateway == (IPv4Address(gateway) if gateway else None)
    assert lan.known is known
