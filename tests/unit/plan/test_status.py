"""What a board says of itself, and what of it needs a look."""

import pytest

from picluster.plan.boards import MODELS
from picluster.plan.status import (
    BoardStatus,
    DiskUse,
    SwarmEntry,
    entry_of,
    flags,
    heat_and_power,
    room_concerns,
    used_percent,
)
from picluster.plan.thermal import Band, thresholds
from picluster.plan.thermal_section import Thermal

WELL = BoardStatus(
    celsius=48.3,
    throttled=0,
    undervolted=False,
    heat=None,
    undervolted_seconds_ago=None,
    memory_kb=931400,
    available_kb=402100,
    disks=[DiskUse(mount="/", size_kb=1000, available_kb=500)],
    up_seconds=60,
    docker="active",
    swarm=None,
)


@pytest.mark.parametrize(
    ("throttled", "now", "earlier"),
    [
        (None, [], []),
        (0, [], []),
        (0x1, ["undervoltage"], []),
        (0x50005, ["undervoltage", "throttled"], ["undervoltage", "throttled"]),
        (0xA0000, [], ["clock capped", "soft temperature limit"]),
        (0xF0, [], []),
    ],
)
def test_flags(throttled: int | None, now: list[str], earlier: list[str]) -> None:
    assert flags(throttled) == now
    assert flags(throttled, since_boot=True) == earlier


@pytest.mark.parametrize(
    ("change", "band"),
    [
        ({}, "cool"),
        ({"celsius": None}, "cool"),
        ({"celsius": 61.0}, "warm"),
        ({"celsius": 58.0}, "cool"),
        ({"celsius": 58.0, "heat": "warm"}, "warm"),
        ({"celsius": 90.0}, "critical"),
        ({"throttled": 0x8}, "warm"),
        ({"throttled": 0x80000}, "cool"),
        ({"throttled": 0x4}, "hot"),
        ({"throttled": 0x2}, "hot"),
        ({"undervolted": True}, "hot"),
        ({"undervolted_seconds_ago": 299}, "hot"),
        ({"undervolted_seconds_ago": 300}, "cool"),
        ({"undervolted_seconds_ago": -1}, "cool"),
    ],
)
def test_the_band_of_now(change: dict[str, object], band: Band) -> None:
    said: BoardStatus = {**WELL, **change}  # type: ignore[typeddict-item]
    limits = thresholds(MODELS["3B+"], Thermal())
    found, why = heat_and_power(said, limits, calm_seconds=300)
    assert found == band
    assert why


@pytest.mark.parametrize(
    ("size", "available", "percent"),
    [(1000, 1000, 0), (1000, 999, 1), (1000, 50, 95), (1000, 49, 96), (0, 0, 100)],
)
def test_a_disk_is_rounded_up(size: int, available: int, percent: int) -> None:
    assert used_percent(DiskUse(mount="/", size_kb=size, available_kb=available)) == percent


def test_room() -> None:
    assert list(room_concerns(WELL)) == []
    full = DiskUse(mount="/srv/ssd", size_kb=1000, available_kb=10)
    edge = DiskUse(mount="/", size_kb=1000, available_kb=50)
    said: BoardStatus = {**WELL, "available_kb": 40_000, "disks": [edge, full]}
    assert list(room_concerns(said)) == [
        "only 39 MiB of memory are available",
        "/srv/ssd is 99 % full",
    ]


def test_of_twins_the_one_that_is_ready() -> None:
    """A board whose card was written anew leaves its former node behind."""

    def entry(node: str, state: str) -> SwarmEntry:
        return SwarmEntry(id=node, hostname="PI8", state=state, availability="active", manager="")

    gone, here = entry("a", "down"), entry("b", "ready")
    assert entry_of("pi8", [gone, here]) == here
    assert entry_of("pi8", [here, gone]) == here
    assert entry_of("pi8", [gone]) == gone
    assert entry_of("pi4", [gone, here]) is None
