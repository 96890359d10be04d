"""The files of the thermal deploy."""

import configparser
from pathlib import Path

import pytest

from deploys.thermal import settings
from facts.thermal_band import APPLIED_FILE
from picluster.plan.load import load_config
from picluster.plan.thermal import BANDS, Band, stale_seconds
from picluster.plan.thermal_section import Hot, Thermal

NODE = load_config(Path("cluster.example.toml")).nodes[4]


def _files(section: Thermal | None = None, band: Band = "cool") -> dict[str, str]:
    entries = settings.files(NODE, section or Thermal(), band)
    return {entry.path: entry.content.decode() for entry in entries}


def _digest(section: Thermal | None = None, band: Band = "cool") -> str:
    (digest,) = filter(
        None, settings.digests(settings.files(NODE, section or Thermal(), band)).values()
    )
    return digest


def test_all_that_is_written_is_known() -> None:
    assert set(_files()) == set(settings.PATHS)
    assert set(settings.digests([])) < set(settings.UNITS)


@pytest.mark.parametrize("seconds", [5, 15, 600])
def test_the_timer(seconds: int) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.read_string(_files(Thermal(interval_seconds=seconds))[settings.UNIT_FILES[0]])
    assert unit["Timer"]["OnUnitActiveSec"] == f"{seconds}s"
    # systemd's own accuracy is a minute.
    assert unit["Timer"]["AccuracySec"] == "1s"


@pytest.mark.parametrize(("seconds", "stale"), [(5, 60), (15, 60), (16, 64), (600, 2400)])
def test_a_look_counts_until_four_were_missed(seconds: int, stale: int) -> None:
    assert stale_seconds(Thermal(interval_seconds=seconds)) == stale


@pytest.mark.parametrize(
    "section",
    [
        Thermal(interval_seconds=16),
        Thermal(hysteresis_c=4),
        Thermal(calm_minutes=4),
        Thermal(hot=Hot(from_c=74)),
    ],
)
def test_the_watch_begins_anew_with_other_settings(section: Thermal) -> None:
    assert _digest(section) != _digest()


def test_another_band_is_written_down_and_no_reason_to_begin_anew() -> None:
    for band in BANDS:
        assert _files(band=band)[APPLIED_FILE] == f"{band}\n"
        assert _digest(band=band) == _digest()


@pytest.mark.parametrize(
    "section", [Thermal(on_undervoltage="stop"), Thermal(hot=Hot(yarn_memory_percent=40))]
)
def test_what_the_watch_does_not_know_is_no_reason_either(section: Thermal) -> None:
    assert _files(section) == _files()


def test_the_numbers_stand_in_the_script() -> None:
    script = settings.watch(NODE, Thermal(calm_minutes=2, hysteresis_c=3))
    assert "warm=60 hot=75 critical=82\nhysteresis=3 calm_seconds=120\n" in script
    assert "@" not in script.replace('"$@"', "")
