"""Swap: which of a release's mechanisms gives the wished one, and whether it runs."""

from collections.abc import Sequence

ZRAM_PREFIX = "/dev/zram"
FILE = "/var/swap"
"""Default file of dphys-swapfile and of rpi-swap; swap elsewhere is the owner's own."""


def wrong_swap(wished: str) -> str | None:
    """What is wrong with a wish; None when it can be had."""
    return None if wished in ("none", "zram") else f"swap is none or zram, not {wished!r}"


def swap_runs_as_wished(wished: str, mechanism: str, active: Sequence[str]) -> bool:
    """Whether the active swap areas (paths of /proc/swaps) are those of `none` or `zram`.

    `mechanism` is the release's own. dphys-swapfile's file is turned off without a reboot, so
    it is no reason for one; rpi-swap and zram change with a boot only.
    """
    compressed = [path for path in active if path.startswith(ZRAM_PREFIX)]
    if wished == "zram":
        return bool(compressed)
    if mechanism == "rpi-swap" and FILE in active:
        return False
    return not compressed
