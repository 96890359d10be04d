"""What each band leaves of a board's share of YARN, and of its place in the Swarm."""

from dataclasses import replace
from itertools import pairwise, product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picluster.plan.derating import (
    FULL,
    Availability,
    Treatment,
    YarnShare,
    derate,
    derated,
    share_of,
    stricter,
    treatment,
)
from picluster.plan.plan import make_plan
from picluster.plan.sizing import MIN_CONTAINER_MB
from picluster.plan.thermal import BANDS, Band
from picluster.plan.thermal_section import Thermal
from tests.unit.plan.clusters import cluster

AVAILABILITIES: tuple[Availability, ...] = get_args(Availability)
PERCENT = st.integers(0, 100)
TREATMENTS = st.builds(Treatment, PERCENT, PERCENT, st.sampled_from(["active", "pause"]))
SHARES = st.builds(
    lambda containers, vcores: YarnShare(containers * MIN_CONTAINER_MB, vcores),
    st.integers(0, 512),
    st.integers(0, 64),
)
CLUSTER = cluster({"memory_gb": 8}, {"memory_gb": 4}, {"model": "3B+", "memory_gb": 1})
PLAN = make_plan(CLUSTER)


# --- what a band does


@pytest.mark.parametrize(
    ("band", "wanted"),
    [
        ("cool", Treatment(100, 100, "active")),
        ("warm", Treatment(100, 100, "active")),
        ("hot", Treatment(50, 50, "active")),
        ("critical", Treatment(25, 25, "pause")),
    ],
)
def test_what_each_band_does_unless_cluster_toml_says_otherwise(
    band: Band, wanted: Treatment
) -> None:
    assert treatment(band, Thermal()) == wanted


@pytest.mark.parametrize(
    ("band", "section", "wanted"),
    [
        ("warm", {"warm": {"yarn_memory_percent": 75}}, Treatment(75, 100, "active")),
        ("hot", {"hot": {"yarn_cores_percent": 10}}, Treatment(50, 10, "active")),
        ("hot", {"hot": {"availability": "pause"}}, Treatment(50, 50, "pause")),
        ("critical", {"critical": {"availability": "active"}}, Treatment(25, 25, "active")),
        ("hot", {"critical": {"yarn_memory_percent": 0}}, Treatment(50, 50, "active")),
    ],
)
def test_cluster_toml_changes_what_a_band_does(
    band: Band, section: dict[str, Any], wanted: Treatment
) -> None:
    assert treatment(band, Thermal.model_validate(section)) == wanted


@pytest.mark.parametrize("band", BANDS)
def test_nothing_is_taken_where_it_is_off(band: Band) -> None:
    section = Thermal.model_validate({"enabled": False, "hot": {"yarn_memory_percent": 1}})
    assert treatment(band, section) == FULL


# --- shares


@pytest.mark.parametrize(
    ("share", "percents", "wanted"),
    [
        # The 8 GB, 2 GB and 1 GB boards of the example, hot and critical.
        ((4864, 6), (50, 50), (2432, 3)),
        ((4864, 6), (25, 25), (1152, 1)),
        ((896, 6), (50, 50), (384, 3)),
        ((896, 6), (25, 25), (128, 1)),
        ((256, 2), (50, 50), (128, 1)),
        ((256, 2), (25, 25), (128, 1)),
        # Each by its own percentage.
        ((1024, 8), (100, 25), (1024, 2)),
        ((1024, 8), (25, 100), (256, 8)),
        # Down to whole containers and cores.
        ((1024, 3), (99, 99), (896, 2)),
        ((1024, 3), (37, 66), (256, 1)),
        # Never nothing of what there is; the ResourceManager turns away who offers less.
        ((1024, 8), (0, 0), (128, 1)),
        ((128, 1), (1, 1), (128, 1)),
        # Nothing of nothing.
        ((0, 0), (50, 50), (0, 0)),
        ((0, 0), (0, 0), (0, 0)),
    ],
)
def test_derating(
    share: tuple[int, int], percents: tuple[int, int], wanted: tuple[int, int]
) -> None:
    assert derate(YarnShare(*share), Treatment(*percents, "active")) == YarnShare(*wanted)


@given(SHARES)
def test_all_of_it_is_all_of_it(share: YarnShare) -> None:
    assert derate(share, FULL) == share


@given(SHARES, TREATMENTS)
def test_what_is_left_can_be_offered(share: YarnShare, wished: Treatment) -> None:
    left = derate(share, wished)
    assert left.memory_mb % MIN_CONTAINER_MB == 0
    assert left.memory_mb <= share.memory_mb
    assert left.vcores <= share.vcores
    assert (left.memory_mb > 0) == (share.memory_mb > 0)
    assert (left.vcores > 0) == (share.vcores > 0)


@given(SHARES, TREATMENTS, TREATMENTS)
def test_less_percent_never_leave_more(share: YarnShare, one: Treatment, other: Treatment) -> None:
    least = Treatment(
        min(one.memory_percent, other.memory_percent),
        min(one.cores_percent, other.cores_percent),
        "active",
    )
    assert derate(share, least).memory_mb <= derate(share, one).memory_mb
    assert derate(share, least).vcores <= derate(share, one).vcores


@given(SHARES)
def test_a_hotter_board_never_offers_more(share: YarnShare) -> None:
    left = [derate(share, treatment(band, Thermal())) for band in BANDS]
    for cooler, hotter in pairwise(left):
        assert hotter.memory_mb <= cooler.memory_mb
        assert hotter.vcores <= cooler.vcores


# --- the plan


@pytest.mark.parametrize("name", ["n0", "n1", "n2"])
@pytest.mark.parametrize("band", BANDS)
def test_the_plan_changes_in_this_share_and_in_nothing_else(name: str, band: Band) -> None:
    wished = treatment(band, Thermal())
    after = derated(PLAN, name, wished)
    assert share_of(after, name) == derate(share_of(PLAN, name), wished)
    before = {one.node.name: one for one in PLAN.nodes}
    undone = tuple(
        replace(one, yarn_mb=before[one.node.name].yarn_mb, vcores=before[one.node.name].vcores)
        if one.node.name == name
        else one
        for one in after.nodes
    )
    assert replace(after, nodes=undone) == PLAN


def test_a_board_that_nothing_is_taken_from_has_the_plan_as_it_was() -> None:
    assert derated(PLAN, "n0", FULL) == PLAN


def test_executors_keep_their_size_and_roles_their_boards() -> None:
    after = derated(PLAN, "n0", treatment("critical", Thermal()))
    assert after.spark == PLAN.spark
    assert after.executors == PLAN.executors
    assert after.max_container_mb == PLAN.max_container_mb
    assert [one.roles for one in after.nodes] == [one.roles for one in PLAN.nodes]
    assert after.yarn_mb < PLAN.yarn_mb


def test_a_board_without_a_nodemanager_stays_without() -> None:
    plan = make_plan(cluster({"memory_gb": 8}, yarn={"enabled": False}, spark={"enabled": False}))
    assert derated(plan, "n0", treatment("critical", Thermal())) == plan


def test_a_node_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        derated(PLAN, "n9", FULL)


# --- availability


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("active", "active", "active"),
        ("active", "pause", "pause"),
        ("active", "drain", "drain"),
        ("pause", "pause", "pause"),
        ("pause", "drain", "drain"),
        ("drain", "drain", "drain"),
    ],
)
def test_the_stricter_one_counts(
    one: Availability, other: Availability, wanted: Availability
) -> None:
    assert stricter(one, other) == stricter(other, one) == wanted


def test_heat_never_drains_a_board() -> None:
    for declared, band in product(AVAILABILITIES, BANDS):
        made = stricter(declared, treatment(band, Thermal()).availability)
        assert (made == "drain") == (declared == "drain")
