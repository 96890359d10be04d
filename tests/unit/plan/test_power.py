"""The power budget."""

import pytest

from picluster.plan.boards import MODELS
from picluster.plan.modelnames import USABLE
from picluster.plan.power import (
    DISK_W,
    HEADROOM,
    BoardPower,
    PowerBudget,
    amperes,
    heaviest,
    power_budget,
    power_of,
)
from tests.unit.plan.clusters import cluster

SEVEN = cluster(*[{}] * 4, *[{"model": "3B+", "memory_gb": 1}] * 3)


def boards(*loads: float, idle: float = 1) -> PowerBudget:
    return PowerBudget(tuple(BoardPower(f"n{i}", idle, w, 2 * w) for i, w in enumerate(loads)))


def test_the_seven_boards() -> None:
    budget = power_budget(SEVEN)
    assert round(budget.idle_w, 1) == 16.9
    assert round(budget.load_w, 1) == 49.2
    assert round(budget.nameplate_w, 1) == 99.6
    assert round(budget.needed_w, 1) == 73.8
    assert (budget.without_idle, budget.without_load, budget.without_nameplate) == ((), (), ())


def test_the_headroom_is_peaks_over_fill() -> None:
    assert pytest.approx(1.5) == HEADROOM


def test_a_nameplate_is_in_whole_tenths_of_amperes() -> None:
    assert round(amperes(15.3), 2) == 3.0


def test_a_disk_counts_under_load_only() -> None:
    (bare,) = power_budget(cluster({})).boards
    (with_disk,) = power_budget(cluster({"storage": "/srv/ssd"})).boards
    assert bare.load_w is not None
    assert with_disk.load_w == bare.load_w + DISK_W
    assert with_disk.idle_w == bare.idle_w


@pytest.mark.parametrize("model", USABLE)
def test_every_model_is_summed_or_named(model: str) -> None:
    node = cluster({"model": model, "memory_gb": MODELS[model].memory_mb[0] / 1024})
    budget = power_budget(node)
    for total, without in (
        (budget.idle_w, budget.without_idle),
        (budget.load_w, budget.without_load),
        (budget.nameplate_w, budget.without_nameplate),
    ):
        assert (total > 0) == (without == ())


def test_a_load_that_nobody_measured_is_bounded_by_the_nameplate() -> None:
    config = cluster({"model": "3A+", "memory_gb": 0.5})
    board = power_of(config.nodes[0])
    assert (board.load_w, board.most_w) == (None, 12.8)
    assert power_budget(config).load_w == 12.8


def test_what_nobody_published_is_left_out_and_named() -> None:
    budget = power_budget(cluster({"model": "CM3", "memory_gb": 1}, {}))
    assert budget.without_load == ("n0",)
    assert budget.load_w == 7.2


@pytest.mark.parametrize(
    ("watts", "busy"), [(2, 0), (3, 0), (11.9, 0), (12, 1), (20.9, 1), (21, 2), (99, 3)]
)
def test_how_many_can_work_at_once_counts_the_hungriest_first(watts: float, busy: int) -> None:
    assert boards(5, 10, 10).busy_at_once(watts) == busy


def test_the_heaviest_of_equals_is_the_first() -> None:
    assert heaviest(boards(3, 5, 5).boards).name == "n1"


def test_as_plain_data() -> None:
    shown = power_budget(SEVEN).to_json()
    assert (shown["load_w"], shown["needed_w"], len(shown["boards"])) == (49.2, 73.8, 7)
    first = {"name": "n0", "idle_w": 3.1, "load_w": 7.2, "nameplate_w": 15.3}
    assert shown["boards"][0] == first
