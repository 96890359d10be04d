"""How many containers run beside a first one."""

import pytest

from picluster.plan.containers import Offer, fewest_beside, granted, most_beside


@pytest.mark.parametrize(("asked", "given"), [(1, 128), (128, 128), (129, 256), (896, 896)])
def test_yarn_rounds_up(asked: int, given: int) -> None:
    assert granted(asked) == given


@pytest.mark.parametrize(
    ("memory", "vcores", "container", "count"),
    [(896, 6, 896, 1), (895, 6, 896, 0), (5376, 4, 896, 4), (0, 0, 128, 0), (1792, 6, 870, 2)],
)
def test_a_node_holds_by_memory_and_vcores(
    memory: int, vcores: int, container: int, count: int
) -> None:
    assert Offer("a", memory, vcores).holds(container) == count


def test_the_first_container_may_go_where_it_hurts_least_or_most() -> None:
    # The rest of b is lost either way; on a the first one costs an executor.
    offers = [Offer("a", 1792, 6), Offer("b", 1280, 6), Offer("c", 256, 2)]
    assert most_beside(384, 896, offers) == 3
    assert fewest_beside(384, 896, offers) == 2


def test_a_first_container_takes_a_vcore_too() -> None:
    assert most_beside(384, 896, [Offer("a", 8192, 2)]) == 1


@pytest.mark.parametrize("offers", [[], [Offer("a", 256, 2)], [Offer("a", 1152, 6)]])
def test_nothing_runs_beside_one_that_fits_nowhere_or_takes_all(offers: list[Offer]) -> None:
    assert most_beside(384, 896, offers) == fewest_beside(384, 896, offers) == 0
