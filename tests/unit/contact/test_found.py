"""What stands against a board as a node."""

from typing import Any

import pytest

from tests.unit.contact.boards import board


def test_a_good_board() -> None:
    found = board(11, 8)
    assert found.usable
    assert found.memory_gb == 8
    assert list(found.warnings()) == []


@pytest.mark.parametrize(
    ("fact", "usable", "warning"),
    [
        ({"is_pi": False, "revision": None}, False, "this is no Raspberry Pi; left out"),
        (
            {"model": None, "title": "Raspberry Pi 7", "revision": "c04991"},
            False,
            "Raspberry Pi 7 (revision c04991) is a model that this version does not know",
        ),
        (
            {"model": "Zero W", "title": "Raspberry Pi Zero W", "memory_mb": 512},
            False,
            "a Raspberry Pi Zero W is 32-bit, and every node",
        ),
        ({"architecture": "armhf"}, True, "it runs a 32-bit system (armhf on aarch64); write"),
        ({"machine": "armv7l", "architecture": "armhf"}, True, "(armhf on armv7l)"),
        ({"memory_mb": 16384}, True, "16384 MB is no size that a Raspberry Pi 4 Model B"),
    ],
)
def test_warnings(fact: dict[str, Any], usable: bool, warning: str) -> None:
    found = board(11, **fact)
    assert found.usable is usable
    assert warning in "\n".join(found.warnings())
