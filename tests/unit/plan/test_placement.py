"""Where tasks of a service may run."""

from typing import Any

import pytest

from picluster.plan.placement import Placement, placement
from tests.unit.plan.clusters import cluster

CONFIG = cluster(
    {"memory_gb": 8, "storage": "/srv/ssd"},
    {"memory_gb": 4, "model": "5"},
    {"model": "3B+", "memory_gb": 1},
    {"model": "3B+", "memory_gb": 1},
    swarm={"managers": 1},
)
EVERY = ("n0", "n1", "n2", "n3")


def where(*constraints: Any) -> Placement:
    service = {"deploy": {"placement": {"constraints": list(constraints)}}}
    return placement(service, CONFIG)


@pytest.mark.parametrize(
    ("constraint", "boards"),
    [
        ("node.hostname == n1", ("n1",)),
        ("node.hostname==n1", ("n1",)),
        ("  node.hostname   ==  n1  ", ("n1",)),
        ("node.hostname == N1", ("n1",)),
        ("node.hostname != n1", ("n0", "n2", "n3")),
        ("node.hostname == elsewhere", ()),
        ("node.role == manager", ("n0",)),
        ("node.role != manager", ("n1", "n2", "n3")),
        ("node.role == worker", ("n1", "n2", "n3")),
        ("node.labels.pi.model == 3B+", ("n2", "n3")),
        ("node.labels.pi.mem_gb == 4", ("n1",)),
        ("node.labels.pi.mem_gb != 1", ("n0", "n1")),
        ("node.labels.pi.cores == 4", EVERY),
        ("node.labels.pi.storage == disk", ("n0",)),
    ],
)
def test_what_follows_from_cluster_toml_is_read(constraint: str, boards: tuple[str, ...]) -> None:
    assert where(constraint) == Placement(boards, is_sure=True)


@pytest.mark.parametrize(
    "constraint",
    [
        "node.id == 2ivku8v2gvtg4",
        "node.ip == 10.0.0.1",
        "node.platform.arch == aarch64",
        "node.labels.site.rack == a",
        "node.labels.pi.thermal == cool",
        "node.labels.pi.arch == aarch64",
        "engine.labels.operatingsystem == debian",
        "node.hostname",
        "",
        7,
    ],
)
def test_what_only_the_boards_know_is_not_sure(constraint: Any) -> None:
    assert where(constraint) == Placement(EVERY, is_sure=False)


def test_all_constraints_count() -> None:
    found = where("node.role == worker", "node.hostname != n2", "node.labels.pi.mem_gb == 1")
    assert found == Placement(("n3",), is_sure=True)


def test_what_can_be_read_counts_beside_what_cannot() -> None:
    found = where("node.labels.site.rack == a", "node.role == worker")
    assert found == Placement(("n1", "n2", "n3"), is_sure=False)


@pytest.mark.parametrize(
    "service",
    [
        {},
        {"deploy": None},
        {"deploy": {"placement": None}},
        {"deploy": {"placement": {}}},
        {"deploy": {"placement": {"constraints": None}}},
        {"deploy": {"placement": {"constraints": []}}},
    ],
)
def test_without_constraints_it_may_run_everywhere(service: dict[str, Any]) -> None:
    assert placement(service, CONFIG) == Placement(EVERY, is_sure=True)


@pytest.mark.parametrize("availability", ["pause", "drain"])
def test_boards_that_take_no_tasks_get_none(availability: str) -> None:
    config = cluster({}, {"availability": availability}, {})
    assert placement({}, config).boards == ("n0", "n2")
