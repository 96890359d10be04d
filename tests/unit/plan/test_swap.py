"""Whether swap runs as wished."""

import pytest

from picluster.plan.swap import swap_runs_as_wished, wrong_swap

ZRAM, FILE, OWN = "/dev/zram0", "/var/swap", "/mnt/disk/swap"


@pytest.mark.parametrize(
    ("wished", "mechanism", "active", "right"),
    [
        ("none", "none", [], True),
        ("none", "rpi-swap", [], True),
        ("none", "rpi-swap", [ZRAM], False),
        ("none", "rpi-swap", [FILE], False),
        ("none", "rpi-swap", [OWN], True),
        ("none", "dphys-swapfile", [FILE], True),
        ("none", "dphys-swapfile", [ZRAM], False),
        ("none", "dphys-swapfile", [OWN], True),
        ("zram", "rpi-swap", [ZRAM], True),
        ("zram", "rpi-swap", [FILE], False),
        ("zram", "dphys-swapfile", [], False),
        ("zram", "dphys-swapfile", [FILE, "/dev/zram1"], True),
        ("zram", "none", [OWN], False),
    ],
)
def test_swap_runs_as_wished(wished: str, mechanism: str, active: list[str], right: bool) -> None:
    assert swap_runs_as_wished(wished, mechanism, active) is right


def test_wrong_swap() -> None:
    assert wrong_swap("none") is None
    assert wrong_swap("zram") is None
    assert wrong_swap("file") == "swap is none or zram, not 'file'"
