"""Entries for cluster.toml and reservations for the router."""

import tomli

from picluster.contact.entries import Entry
from picluster.contact.reservations import reservations
from tests.unit.contact.boards import board

PI8 = Entry("pi8", "192.168.1.11", "4B", 8.0, "dc:a6:32:00:00:0b")
ZERO = Entry("pi512", "192.168.1.9", "Zero 2 W", 0.5, None)


def test_an_entry_is_toml() -> None:
    assert PI8.lines() == [
        "[[node]]",
        'name = "pi8"',
        'address = "192.168.1.11"',
        'model = "4B"',
        "memory_gb = 8",
        'mac = "dc:a6:32:00:00:0b"',
    ]
    assert tomli.loads("\n".join(ZERO.lines())) == {
        "node": [{"name": "pi512", "address": "192.168.1.9", "model": "Zero 2 W", "memory_gb": 0.5}]
    }


def test_an_entry_of_a_board() -> None:
    assert Entry.of("pi8", board(11, 8)) == PI8


def test_reservations() -> None:
    assert list(reservations([PI8, ZERO])) == [
        "name   MAC address        address",
        "pi8    dc:a6:32:00:00:0b  192.168.1.11",
        "pi512  unknown            192.168.1.9",
    ]
