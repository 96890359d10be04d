"""What is said where no job of Spark could run."""

from typing import Any

import pytest

from picluster.plan.containers import Offer
from picluster.plan.plan import PlanError, make_plan
from picluster.plan.sections import Spark
from picluster.plan.spark import Places
from picluster.plan.spark_refusals import no_jobs_of_spark
from tests.unit.plan.clusters import cluster

SMALL = {"model": "3B+", "memory_gb": 1}
AWAY = (
    "Add a board with 4 GB or more, lower a reserve_mb, or write enabled = false in [spark]: HDFS "
    "and MapReduce run without it"
)
LESS = "Leave out executor in [spark] for the size of which most fit, or add" + AWAY[3:]


def reasons(*nodes: dict[str, Any], **tables: Any) -> list[str]:
    with pytest.raises(PlanError) as caught:
        make_plan(cluster(*nodes, **tables))
    return caught.value.reasons


def told(*memory_mb: int, driver: bool = True, **wish: Any) -> list[str]:
    offers = tuple(Offer(f"n{i}", memory, 6) for i, memory in enumerate(memory_mb))
    return list(no_jobs_of_spark(Spark(**wish), Places(offers, "n0", "n0", head_has_driver=driver)))


CLUSTERS = [
    (
        [SMALL] * 7,
        "an executor takes 896 MiB, and the largest NodeManager, on n2, has 256: 640 are missing",
    ),
    (
        [{"memory_gb": 3}],
        "an application master of 384 MiB and an executor of 896 have to run at once, wherever "
        "YARN puts the master; only the NodeManager on n0 carries the executor, and it has 896: "
        "384 are missing there, or another NodeManager with 896",
    ),
    (
        [{}, {}, {}],
        "an application master of 384 MiB and an executor of 896 have to run at once, wherever "
        "YARN puts the master; only the NodeManager on n2 carries the executor, and it has 1024: "
        "256 are missing there, or another NodeManager with 896",
    ),
]


@pytest.mark.parametrize(("boards", "lack"), CLUSTERS)
def test_boards_without_room_and_the_way_out(boards: list[dict[str, Any]], lack: str) -> None:
    assert reasons(*boards) == [f"Spark finds no room for a job: {lack}. {AWAY}"]
    plan = make_plan(cluster(*boards, spark={"enabled": False}))
    assert plan.spark is None
    assert len(plan.having("namenode")) == len(plan.having("resourcemanager")) == 1
    assert plan.yarn_mb >= 512
    # The other way out, with the boards as they are.
    assert make_plan(cluster(*boards, {"memory_gb": 4})).spark


def test_a_lower_reserve_is_a_way_out() -> None:
    assert make_plan(cluster(*[{"reserve_mb": 0}] * 3)).spark
    assert make_plan(cluster({}, {}, {}, portainer={"enabled": False})).spark


def test_where_memory_is_missing_it_is_said_how_much() -> None:
    offers = "only the NodeManager on n1 carries the executor, and it has 1152: 128 are missing"
    assert offers in told(256, 1152)[0]
    assert told(256, 1152 + 128) == told(896, 1152) == []
    assert "has 768: 128 are missing" in told(768)[0]
    assert told(768 + 128) != []


def test_no_memory_for_a_driver_anywhere() -> None:
    assert told(256, 1408, driver=False) == [
        "Spark finds no room for a job: n0, where jobs are submitted, has no memory set aside for "
        "a driver; in a container of its own a driver of 896 MiB and an executor of 896 have to "
        "run at once, wherever YARN puts the driver; only the NodeManager on n1 carries the "
        "executor, and it has 1408: 384 are missing there, or another NodeManager with 896. "
        f"{AWAY}"
    ]
    assert told(256, 1408 + 384, driver=False) == told(896, 1408, driver=False) == []


@pytest.mark.parametrize(
    ("memory", "lack"),
    [
        (
            1280,
            'an executor of the size "large" takes 2048 MiB, and the largest NodeManager, on n0, '
            "has 1280: 768 are missing",
        ),
        (
            2048,
            'an application master of 384 MiB and an executor of the size "large" of 2048 have to '
            "run at once, wherever YARN puts the master; only the NodeManager on n0 carries the "
            "executor, and it has 2048: 384 are missing there, or another NodeManager with 2048",
        ),
    ],
)
def test_a_size_that_is_wished_and_does_not_fit(memory: int, lack: str) -> None:
    assert told(memory, executor="large") == [f"Spark finds no room for a job: {lack}. {LESS}"]
    assert told(memory) == []


def test_a_smaller_size_is_not_offered_where_none_fits() -> None:
    assert told(640, executor="large") == told(640)
    assert "Leave out" not in told(640)[0]


def test_it_is_told_beside_the_rest() -> None:
    first, second = reasons(*[SMALL] * 5, hdfs={"replication": 9})
    assert first.startswith("hdfs.replication is 9, but 3 boards have a DataNode")
    assert second.startswith("Spark finds no room for a job: an executor takes 896 MiB")


@pytest.mark.parametrize("boards", [[{}], [SMALL, SMALL]])
def test_where_yarn_itself_has_no_room_that_is_told_alone(boards: list[dict[str, Any]]) -> None:
    found = reasons(*boards)
    assert found[-1].startswith("YARN has 0 MiB to share out")
    assert not any("Spark finds" in reason for reason in found)
    off = {"enabled": False}
    alone = [{**board, "reserve_mb": 0} for board in boards]
    assert make_plan(cluster(*alone, yarn=off, spark=off)).having("datanode")
