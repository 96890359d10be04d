"""How fast boards are in HPL."""

import pytest

from picluster.plan.boards import MODELS
from picluster.plan.modelnames import USABLE
from picluster.plan.speed import LINK_MBITS, bound, published, speed, speed_of
from tests.unit.plan.clusters import cluster

SMALL = {"model": "3B+", "memory_gb": 1}


def test_the_seven_boards() -> None:
    found = speed(cluster(*[{}] * 4, *[SMALL] * 3))
    assert round(found.published_gflops, 1) == 47.6
    assert round(found.at_most_gflops, 1) == 58.8
    assert found.in_step_gflops == 7 * 3.75
    assert found.without_figure == ("n4", "n5", "n6")


def test_35_gflops_are_one_pi_5() -> None:
    found = speed(cluster({"model": "5", "memory_gb": 8}))
    assert round(found.published_gflops) == 35
    assert found.at_most_gflops == found.published_gflops == found.in_step_gflops


def test_a_size_that_was_not_measured_is_bounded() -> None:
    board = speed_of(cluster({"model": "5", "memory_gb": 4}).nodes[0])
    assert (board.gflops, board.at_most) == (None, 37.888)


@pytest.mark.parametrize("name", USABLE)
def test_no_published_figure_is_above_its_bound(name: str) -> None:
    model = MODELS[name]
    most = bound(model)
    assert most is not None
    figures = [published(model, size) for size in model.memory_mb]
    assert all(figure <= most for figure in figures if figure is not None)


def test_nothing_is_known_of_other_processors() -> None:
    assert bound(MODELS["Zero"]) is None


def test_every_network_has_a_rate() -> None:
    assert {model.network for model in MODELS.values()} == set(LINK_MBITS)


@pytest.mark.parametrize(
    ("node", "operations"), [({}, 95), (SMALL, 100), ({"model": "3B", "memory_gb": 1}, 300)]
)
def test_operations_for_each_byte(node: dict[str, object], operations: int) -> None:
    found = speed_of(cluster(node).nodes[0]).operations_per_byte
    assert found is not None
    assert round(found) == operations


def test_a_board_without_a_port_waits_for_no_known_network() -> None:
    zero = cluster({"model": "Zero 2 W", "memory_gb": 0.5})
    assert speed_of(zero.nodes[0]).operations_per_byte is None


def test_as_plain_data() -> None:
    shown = speed(cluster({}, SMALL)).to_json()
    assert (shown["published_gflops"], shown["at_most_gflops"]) == (11.9, 15.6)
    assert shown["boards"][1] == {
        "name": "n1",
        "gflops": None,
        "at_most_gflops": 3.75,
        "link_mbits": 300,
    }
