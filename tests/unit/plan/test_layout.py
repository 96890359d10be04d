"""Which nodes manage the Swarm, and which carry Portainer and the mirror."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from picluster.plan.config import ClusterConfig
from picluster.plan.layout import managers, mirror, portainer
from picluster.plan.load import load_config
from picluster.project import root
from tests.unit.plan.clusters import cluster

PINNED = {"roles": ["manager"]}


def test_one_board() -> None:
    assert managers(cluster({"availability": "drain"})) == ("n0",)


def test_of_two_boards_the_stronger() -> None:
    assert managers(cluster({}, {"memory_gb": 4})) == ("n1",)


def test_the_example_of_seven() -> None:
    # Of the two boards of 2 GB the one that is declared first.
    assert managers(load_config(root() / "cluster.example.toml")) == ("pi8", "pi4", "pi2a")


def test_one_model_only() -> None:
    assert managers(cluster(*[{}] * 5)) == ("n0", "n1", "n2")


def test_with_equal_memory_the_cores_decide() -> None:
    boards = [{"model": model, "memory_gb": 2} for model in ("CM4", "4B", "5", "CM5")]
    assert managers(cluster(*boards)) == ("n2", "n3", "n1")


def test_memory_counts_before_the_cores() -> None:
    boards: list[dict[str, Any]] = [{"model": "5"}, {"memory_gb": 4}, {}, {"model": "5"}]
    assert managers(cluster(*boards)) == ("n1", "n0", "n3")


def test_a_pinned_board_counts_however_weak() -> None:
    weak = {"model": "3B+", "memory_gb": 1, "availability": "drain", **PINNED}
    boards: list[dict[str, Any]] = [weak, {}, {"memory_gb": 8}, {"memory_gb": 4}]
    assert managers(cluster(*boards)) == ("n2", "n3", "n0")


def test_all_pinned() -> None:
    boards: list[dict[str, Any]] = [{"memory_gb": 8}, PINNED, PINNED, PINNED]
    assert managers(cluster(*boards)) == ("n1", "n2", "n3")


@pytest.mark.parametrize("availability", ["pause", "drain"])
def test_a_spared_board_only_when_nobody_else_is_left(availability: str) -> None:
    spared = {"memory_gb": 8, "availability": availability}
    assert managers(cluster(spared, {}, {}, {})) == ("n1", "n2", "n3")
    assert managers(cluster(spared, {}, {})) == ("n0", "n1", "n2")
    assert managers(cluster(spared, {})) == ("n1",)


@pytest.mark.parametrize("count", [1, 3, 5, 7])
def test_a_hundred_boards_in_any_order(count: int) -> None:
    boards: list[dict[str, Any]] = [
        {"name": f"b{i}", "memory_gb": 8 if i % 10 == 0 else 2, "model": "5" if i == 50 else "4B"}
        for i in range(100)
    ]
    chosen = managers(cluster(*boards, swarm={"managers": count}))
    assert chosen == ("b50", "b0", "b10", "b20", "b30", "b40", "b60")[:count]
    random.Random(4).shuffle(boards)  # noqa: S311 - no secret
    again = managers(cluster(*boards, swarm={"managers": count}))
    assert (again[0], len(again), len(set(again))) == ("b50", count, count)


SECOND = pytest.mark.parametrize(("chosen", "role"), [(portainer, "portainer"), (mirror, "mirror")])
Chosen = Callable[[ClusterConfig], str]


@SECOND
def test_the_second_strongest_of_the_example(chosen: Chosen, role: str) -> None:
    assert chosen(load_config(root() / "cluster.example.toml")) == "pi4"


@SECOND
def test_one_board_does_it_all(chosen: Chosen, role: str) -> None:
    assert chosen(cluster({"availability": "drain"})) == "n0"


@SECOND
def test_of_two_boards_the_weaker_whatever_their_order(chosen: Chosen, role: str) -> None:
    assert chosen(cluster({}, {"memory_gb": 4})) == "n0"
    assert chosen(cluster({"memory_gb": 4}, {})) == "n1"


@SECOND
def test_of_equals_the_second_declared(chosen: Chosen, role: str) -> None:
    assert chosen(cluster({}, {}, {})) == "n1"


@SECOND
def test_pinned_however_weak_or_spared(chosen: Chosen, role: str) -> None:
    weak = {"model": "3B+", "memory_gb": 1, "availability": "drain", "roles": [role]}
    assert chosen(cluster({"memory_gb": 8}, {"memory_gb": 4}, weak)) == "n2"
    assert chosen(cluster({"memory_gb": 8, "roles": [role]}, {})) == "n0"


def test_each_role_is_pinned_by_itself() -> None:
    boards: list[dict[str, Any]] = [{"memory_gb": 8}, {"memory_gb": 4}, {"roles": ["mirror"]}]
    planned = cluster(*boards)
    assert (portainer(planned), mirror(planned)) == ("n1", "n2")


@SECOND
@pytest.mark.parametrize("availability", ["pause", "drain"])
def test_a_spared_board_carries_it_only_when_nobody_else_is_left(
    chosen: Chosen, role: str, availability: str
) -> None:
    spared = {"memory_gb": 4, "availability": availability}
    assert chosen(cluster({"memory_gb": 8}, spared, {})) == "n2"
    # The head stays free of it, even when its only companion is to be spared.
    assert chosen(cluster({"memory_gb": 8}, spared)) == "n1"


@SECOND
def test_it_stays_when_weaker_boards_come(chosen: Chosen, role: str) -> None:
    boards: list[dict[str, Any]] = [{"memory_gb": 8}, {"memory_gb": 4}]
    first = chosen(cluster(*boards))
    for _ in range(5):
        boards.append({})
        assert chosen(cluster(*boards)) == first
    # In front of all others, too: the order in the file decides only between equals.
    named = [{"name": f"b{i}", **board} for i, board in enumerate(boards)]
    assert chosen(cluster({"memory_gb": 1, "name": "new"}, *named)) == "b1"
