"""Durations in systemd's notation."""

import pytest

from picluster.plan.timespan import microseconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("15s", 15_000_000),
        ("15 s", 15_000_000),
        ("15", 15_000_000),
        ("90s", 90_000_000),
        ("1min 30s", 90_000_000),
        ("1h", 3_600_000_000),
        ("500ms", 500_000),
        ("7us", 7),
    ],
)
def test_durations(text: str, expected: int) -> None:
    assert microseconds(text) == expected


@pytest.mark.parametrize(
    "text", ["", " ", "infinity", "s", "15x", "-1s", "1s; id", "1s1", "15s\n", "1.5s", "٣s", "x 1s"]
)
def test_what_is_none(text: str) -> None:
    assert microseconds(text) is None
