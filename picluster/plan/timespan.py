"""Durations in systemd's notation: `15s`, `1min 30s`."""

import re

_MICROSECONDS = {
    "us": 1,
    "ms": 1_000,
    "": 1_000_000,
    "s": 1_000_000,
    "min": 60_000_000,
    "h": 3_600_000_000,
}


def microseconds(text: str) -> int | None:
    """The duration, so that `60s` and `1min` are the same; None for what is none."""
    parts = re.findall(r"([0-9]+) ?([a-z]*)(?: |$)", text, re.ASCII)
    whole = " ".join(f"{number}{unit}" for number, unit in parts)
    if not parts or whole != re.sub(r"(?<=[0-9]) (?=[a-z])", "", text):
        return None
    if not all(unit in _MICROSECONDS for _, unit in parts):
        return None
    return sum(int(number) * _MICROSECONDS[unit] for number, unit in parts)
