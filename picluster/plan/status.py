"""What a board says of itself when somebody looks how the cluster is, and what of it needs care."""

from collections.abc import Iterator, Sequence
from typing import TypedDict

from picluster.plan.thermal import Band, Reading, Thresholds, band_of, reason

LEAST_MEMORY_PERCENT = 5
"""Of a board's memory that should be available: below it the kernel begins to thrash or to kill.
On 1 GB that is less than half of what the base system keeps for itself (docs/sizing.md)."""

MOST_DISK_PERCENT = 95
"""Of a disk that may be used: at 97 YARN gives the board up."""

FLAGS = ("undervoltage", "clock capped", "throttled", "soft temperature limit")
"""Bits 0 to 3 of `vcgencmd get_throttled` for now, 16 to 19 for since the boot (Raspberry Pi's
documentation, page os, get_throttled)."""


class DiskUse(TypedDict):
    """A file system of a board."""

    mount: str
    size_kb: int
    available_kb: int
    """For an ordinary user."""


class SwarmEntry(TypedDict):
    """A node as a manager of the Swarm lists it; all in lower case but the id and the name."""

    id: str
    hostname: str
    state: str
    """ready, down, disconnected or unknown."""
    availability: str
    """active, pause or drain."""
    manager: str
    """leader, reachable or unreachable; empty for a worker."""


class BoardStatus(TypedDict):
    """What a board says of itself, in one answer."""

    celsius: float | None
    throttled: int | None
    """Raw value of `vcgencmd get_throttled`; None where the firmware does not tell."""
    undervolted: bool
    """Now, by the firmware's or the kernel's sensor."""
    heat: Band | None
    """The band by temperature alone that the board's watch saw last; None without one."""
    undervolted_seconds_ago: int | None
    """When the watch saw it last; None where it did not since the boot."""
    memory_kb: int
    """MemTotal."""
    available_kb: int
    """MemAvailable."""
    disks: list[DiskUse]
    up_seconds: int
    docker: str
    """State of the engine's unit in systemd's words; empty without systemd."""
    swarm: list[SwarmEntry] | None
    """All nodes, of a manager that can tell; None of any other board."""


def flags(throttled: int | None, *, since_boot: bool = False) -> list[str]:
    """Names of the firmware's flags that are set now, or were since the boot."""
    bits = (throttled or 0) >> (16 if since_boot else 0)
    return [name for bit, name in enumerate(FLAGS) if bits >> bit & 1]


def heat_and_power(
    status: BoardStatus, limits: Thresholds, *, calm_seconds: int
) -> tuple[Band, str]:
    """The band that the board is in by what its sensors say now, and why.

    + calm_seconds: how long undervoltage counts after it was seen
    """
    now = flags(status["throttled"])
    reading = Reading(
        celsius=status["celsius"],
        undervolted=status["undervolted"],
        capped="clock capped" in now,
        throttled="throttled" in now,
        soft_limited="soft temperature limit" in now,
    )
    ago = status["undervolted_seconds_ago"]
    lately = ago is not None and 0 <= ago < calm_seconds
    found = band_of(reading, status["heat"], lately, limits)
    return found, reason(reading, status["heat"], lately, limits)


def entry_of(name: str, entries: Sequence[SwarmEntry]) -> SwarmEntry | None:
    """A board's node among all of the Swarm; of twins the one that is ready.

    A board whose card was written anew leaves its former node behind.
    """
    own = [entry for entry in entries if entry["hostname"].lower() == name]
    return next((entry for entry in own if entry["state"] == "ready"), own[0] if own else None)


def room_concerns(status: BoardStatus) -> Iterator[str]:
    """What is wrong with a board's memory and disks, in words."""
    if status["available_kb"] * 100 < status["memory_kb"] * LEAST_MEMORY_PERCENT:
        yield f"only {status['available_kb'] >> 10} MiB of memory are available"
    for disk in status["disks"]:
        if used_percent(disk) > MOST_DISK_PERCENT:
            yield f"{disk['mount']} is {used_percent(disk)} % full"


def used_percent(disk: DiskUse) -> int:
    """As df counts it, rounded up; what only root may use counts as used."""
    size, available = disk["size_kb"], disk["available_kb"]
    return -(-100 * (size - available) // size) if size else 100
