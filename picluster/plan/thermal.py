"""Bands of heat and power: a board moves from one to another, and a degree changes nothing.

The same rules stand in the script that watches a board (`deploys/thermal/watch`); a test proves
that both agree.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from picluster.plan.boards import Model
from picluster.plan.thermal_section import Thermal

Band = Literal["cool", "warm", "hot", "critical"]

BANDS: tuple[Band, ...] = get_args(Band)
"""All bands, the coolest first."""

HeatedBand = Literal["warm", "hot", "critical"]

HEATED: tuple[HeatedBand, ...] = get_args(HeatedBand)
"""Those that begin somewhere, and that cluster.toml has a table for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the sensors of a board say at one moment; a flag without a sensor is False."""

    celsius: float | None = None
    """None without a sensor, or with one that makes no sense."""
    undervolted: bool = False
    """The kernel's alarm, or the firmware's (below 4.63 V ± 5 %)."""
    capped: bool = False
    throttled: bool = False
    """The firmware lowers the clock (from 80 °C)."""
    soft_limited: bool = False
    """A 3B+ or 3A+ is above its soft limit (60 °C) and has dropped to 1200 MHz."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which temperature a board is in which band, in °C."""

    warm: int
    hot: int
    critical: int
    hysteresis: int

    def begin(self, band: HeatedBand) -> int:
        """Where a band begins."""
        return {"warm": self.warm, "hot": self.hot, "critical": self.critical}[band]


def thresholds(model: Model, section: Thermal) -> Thresholds:
    """The bands of a board: cluster.toml's where it says something, else its model's."""
    return Thresholds(
        warm=section.warm.from_c or default_begin(model, "warm"),
        hot=section.hot.from_c or default_begin(model, "hot"),
        critical=section.critical.from_c or default_begin(model, "critical"),
        hysteresis=section.hysteresis_c,
    )


def default_begin(model: Model, band: HeatedBand) -> int:
    """Where a band of a model begins, in °C, when cluster.toml does not say.

    Hot is 5 °C short of throttling, so that a board gets less work before the firmware slows all
    of it. Warm is the soft limit of a 3B+ or 3A+, else 10 °C short. Critical is 2 °C past it: the
    board is slowed already, and gets hotter all the same.
    """
    begins = {
        "warm": model.soft_limit_c or model.throttle_c - 10,
        "hot": model.throttle_c - 5,
        "critical": model.throttle_c + 2,
    }
    return begins[band]


def stale_seconds(section: Thermal) -> int:
    """Age of a look, in seconds, from which it counts no longer: four were missed."""
    return max(60, 4 * section.interval_seconds)


def heat_of(celsius: float | None, before: Band | None, limits: Thresholds) -> Band:
    """The band by temperature alone.

    It rises at once, by as many bands as it takes. A band is left downwards below its begin less
    the hysteresis. Without a temperature it is cool.

    + before: what this function said the last time; None where nobody asked
    """
    heat: Band = "cool"
    if celsius is None:
        return heat
    for band in HEATED:
        held = before is not None and BANDS.index(band) <= BANDS.index(before)
        if celsius >= limits.begin(band) - (limits.hysteresis if held else 0):
            heat = band
    return heat


def band_of(
    reading: Reading, before: Band | None, undervolted_lately: bool, limits: Thresholds
) -> Band:
    """The band of a board: by its temperature, and by what its firmware says.

    + before: the band by temperature alone of the last look. Not the whole band: a dip of voltage
      would keep a board that is as warm as ever hot, by the hysteresis
    + undervolted_lately: within `calm_minutes`
    """
    floor: Band = "cool"
    if reading.undervolted or undervolted_lately or reading.throttled or reading.capped:
        floor = "hot"
    elif reading.soft_limited:
        floor = "warm"
    return max(heat_of(reading.celsius, before, limits), floor, key=BANDS.index)


def reason(
    reading: Reading, before: Band | None, undervolted_lately: bool, limits: Thresholds
) -> str:
    """Why `band_of` says what it says, in words: `76.2 °C, hot from 75 °C`."""
    heat = heat_of(reading.celsius, before, limits)
    shown = "no temperature" if reading.celsius is None else f"{reading.celsius:.1f} °C"
    if heat == band_of(reading, before, undervolted_lately, limits):
        if heat == "cool" or reading.celsius is None:
            return shown
        begin = limits.begin(heat)
        if reading.celsius >= begin:
            return f"{shown}, {heat} from {begin} °C"
        return f"{shown}, {heat} until below {begin - limits.hysteresis} °C"
    return f"{_flag(reading, undervolted_lately)}, {shown}"


def _flag(reading: Reading, undervolted_lately: bool) -> str:
    if reading.undervolted:
        return "undervolted"
    if undervolted_lately:
        return "undervolted a short while ago"
    if reading.throttled or reading.capped:
        return "throttled by the firmware"
    return "above the soft limit"
