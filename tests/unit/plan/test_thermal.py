"""Bands: where they begin on each model, how a board moves between them, and why."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picluster.plan.boards import MODELS, Model
from picluster.plan.modelnames import USABLE
from picluster.plan.thermal import (
    BANDS,
    HEATED,
    Band,
    Reading,
    Thresholds,
    band_of,
    heat_of,
    reason,
    thresholds,
)
from picluster.plan.thermal_section import Hot, Thermal, Warm

PI4 = thresholds(MODELS["4B"], Thermal())
PI3 = thresholds(MODELS["3B+"], Thermal())

celsius = st.integers(-400, 1200).map(lambda tenths: tenths / 10)
bands = st.sampled_from(BANDS)
readings = st.builds(
    Reading, st.none() | celsius, st.booleans(), st.booleans(), st.booleans(), st.booleans()
)


@st.composite
def limits(draw: st.DrawFn) -> Thresholds:
    """Any that cluster.toml accepts."""
    begins = sorted(draw(st.sets(st.integers(30, 110), min_size=3, max_size=3)))
    return Thresholds(begins[0], begins[1], begins[2], hysteresis=draw(st.integers(1, 20)))


@pytest.mark.parametrize("model", [MODELS[name] for name in USABLE], ids=lambda model: model.name)
def test_bands_of_each_model(model: Model) -> None:
    found = thresholds(model, Thermal())
    soft = model.name in ("3B+", "3A+")
    assert (found.warm, found.hot, found.critical) == (60 if soft else 70, 75, 82)
    assert found.hysteresis == 5
    # Fewer jobs come before the firmware slows all of them.
    assert found.hot < model.throttle_c < found.critical < model.temp_limit_c


@pytest.mark.parametrize("model", ["4B", "3B+"])
def test_the_file_s_begin_is_every_model_s(model: str) -> None:
    section = Thermal(warm=Warm(from_c=50), hot=Hot(from_c=55), hysteresis_c=2)
    assert thresholds(MODELS[model], section) == Thresholds(50, 55, 82, 2)


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ([48.3], ["cool"]),
        ([69.9, 70.0], ["cool", "warm"]),
        ([74.9, 75.0, 74.9], ["warm", "hot", "hot"]),
        ([81.9, 82.0, 120.0], ["hot", "critical", "critical"]),
        # Up over two bands at once, and down over three.
        ([20.0, 75.0, 82.0, 20.0], ["cool", "hot", "critical", "cool"]),
        # Left only below the begin less five.
        ([70.0, 65.0, 64.9], ["warm", "warm", "cool"]),
        ([75.0, 70.0, 69.9, 65.0, 64.9], ["hot", "hot", "warm", "warm", "cool"]),
        ([82.0, 77.0, 76.9, 70.0, 69.9], ["critical", "critical", "hot", "hot", "warm"]),
        # From above into the stretch where the band below begins.
        ([82.0, 71.0], ["critical", "hot"]),
        ([82.0, 66.0, 69.9, 70.0], ["critical", "warm", "warm", "warm"]),
        ([-12.0], ["cool"]),
    ],
)
def test_a_path_of_temperatures(path: list[float], seen: list[Band]) -> None:
    found: list[Band] = []
    for temperature in path:
        found.append(heat_of(temperature, found[-1] if found else None, PI4))
    assert found == seen


def test_a_3b_plus_is_warm_from_its_soft_limit_on() -> None:
    assert heat_of(59.9, None, PI3) == "cool"
    assert heat_of(60.0, None, PI3) == "warm"
    assert heat_of(60.0, None, PI4) == "cool"
    assert heat_of(55.0, "warm", PI3) == "warm"
    assert heat_of(54.9, "warm", PI3) == "cool"


def test_a_wide_hysteresis_may_reach_below_the_band_before() -> None:
    wide = Thresholds(70, 75, 82, hysteresis=20)
    assert heat_of(62.0, "critical", wide) == "critical"
    assert heat_of(61.9, "critical", wide) == "hot"
    assert heat_of(62.0, "warm", wide) == "warm"


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (Reading(), "cool"),
        (Reading(48.3), "cool"),
        (Reading(48.3, undervolted=True), "hot"),
        (Reading(48.3, throttled=True), "hot"),
        (Reading(48.3, capped=True), "hot"),
        (Reading(48.3, soft_limited=True), "warm"),
        (Reading(48.3, soft_limited=True, undervolted=True), "hot"),
        (Reading(72.0, soft_limited=True), "warm"),
        (Reading(72.0, throttled=True), "hot"),
        (Reading(76.0, soft_limited=True), "hot"),
        (Reading(84.0, throttled=True, capped=True), "critical"),
        (Reading(84.0, undervolted=True), "critical"),
        # Without a temperature the flags alone.
        (Reading(None, throttled=True), "hot"),
        (Reading(None, undervolted=True), "hot"),
        (Reading(None, soft_limited=True), "warm"),
    ],
)
def test_flags_count_too(reading: Reading, expected: Band) -> None:
    assert band_of(reading, None, False, PI4) == expected


def test_undervoltage_counts_for_a_while() -> None:
    assert band_of(Reading(48.3), None, True, PI4) == "hot"
    assert band_of(Reading(), None, True, PI4) == "hot"
    assert band_of(Reading(84.0), None, True, PI4) == "critical"


def test_a_dip_of_voltage_does_not_keep_a_board_hot() -> None:
    """At 71 °C: hot by the dip, and not by the hysteresis afterwards."""
    heat = heat_of(71.0, "warm", PI4)
    assert band_of(Reading(71.0, undervolted=True), "warm", False, PI4) == "hot"
    assert band_of(Reading(71.0), heat, False, PI4) == "warm"


@pytest.mark.parametrize(
    ("reading", "before", "lately", "expected"),
    [
        (Reading(48.3), None, False, "48.3 °C"),
        (Reading(), None, False, "no temperature"),
        (Reading(76.2), None, False, "76.2 °C, hot from 75 °C"),
        (Reading(72.0), "hot", False, "72.0 °C, hot until below 70 °C"),
        (Reading(82.0), "hot", False, "82.0 °C, critical from 82 °C"),
        (Reading(48.0, undervolted=True), None, True, "undervolted, 48.0 °C"),
        (Reading(48.0), None, True, "undervolted a short while ago, 48.0 °C"),
        (Reading(72.0, throttled=True), None, False, "throttled by the firmware, 72.0 °C"),
        (Reading(72.0, capped=True), None, False, "throttled by the firmware, 72.0 °C"),
        (Reading(soft_limited=True), None, False, "above the soft limit, no temperature"),
        # What makes a board as hot as it is, not all that is known of it.
        (Reading(84.0, undervolted=True), None, True, "84.0 °C, critical from 82 °C"),
        (Reading(76.0, throttled=True), None, False, "76.0 °C, hot from 75 °C"),
    ],
)
def test_reasons(reading: Reading, before: Band | None, lately: bool, expected: str) -> None:
    assert reason(reading, before, lately, PI4) == expected


@given(celsius, st.none() | bands, limits())
def test_a_board_that_stays_as_warm_stays_in_its_band(
    temperature: float, before: Band | None, limits: Thresholds
) -> None:
    heat = heat_of(temperature, before, limits)
    assert heat_of(temperature, heat, limits) == heat


@given(celsius, st.lists(st.floats(-0.5, 0.5), min_size=2, max_size=30), limits())
def test_a_degree_of_jitter_changes_the_band_once_at_most(
    middle: float, jitter: list[float], limits: Thresholds
) -> None:
    found: list[Band] = []
    for offset in jitter:
        found.append(heat_of(middle + offset, found[-1] if found else None, limits))
    assert sum(one != other for one, other in pairwise(found)) <= 1


@given(celsius, celsius, bands, limits())
def test_a_warmer_board_is_in_no_lower_band(
    one: float, other: float, before: Band, limits: Thresholds
) -> None:
    cooler, warmer = (heat_of(value, before, limits) for value in sorted((one, other)))
    assert BANDS.index(cooler) <= BANDS.index(warmer)


@given(celsius, bands, limits())
def test_the_past_only_holds_up(temperature: float, before: Band, limits: Thresholds) -> None:
    fresh, held = heat_of(temperature, None, limits), heat_of(temperature, before, limits)
    assert BANDS.index(fresh) <= BANDS.index(held) <= max(map(BANDS.index, (fresh, before)))


@given(readings, st.none() | bands, st.booleans(), limits())
def test_nothing_makes_a_board_cooler_than_its_temperature(
    reading: Reading, before: Band | None, lately: bool, limits: Thresholds
) -> None:
    found = band_of(reading, before, lately, limits)
    assert BANDS.index(found) >= BANDS.index(heat_of(reading.celsius, before, limits))
    if reading.undervolted or lately:
        assert found in ("hot", "critical")


@given(readings, st.none() | bands, st.booleans(), limits())
def test_a_reason_names_what_it_goes_by(
    reading: Reading, before: Band | None, lately: bool, limits: Thresholds
) -> None:
    found = band_of(reading, before, lately, limits)
    told = reason(reading, before, lately, limits)
    assert told.isprintable()
    heat = heat_of(reading.celsius, before, limits)
    if found != heat:
        assert told.startswith(("undervolted", "throttled", "above"))
    elif heat in HEATED:
        assert f", {heat} " in told
