"""Which executors Spark gets, how many, and on which boards."""

from typing import Any, get_args

import pytest

from picluster.artefacts import SPARK
from picluster.plan.containers import Offer, granted
from picluster.plan.executors import CONTAINERS_MB, ExecutorName
from picluster.plan.load import load_config
from picluster.plan.plan import make_plan
from picluster.plan.sections import Spark
from picluster.plan.spark import AM_MB, DRIVER_MB, Places, SparkPlan, spark_plan
from picluster.plan.spark_versions import DEFAULT, VERSIONS
from picluster.project import root
from tests.unit.plan.clusters import cluster

SMALL = {"model": "3B+", "memory_gb": 1}


def spark_of(*nodes: dict[str, Any], **tables: Any) -> SparkPlan:
    spark = make_plan(cluster(*nodes, **tables)).spark
    assert spark is not None
    return spark


def chosen(*memory_mb: int, vcores: int = 6, driver: bool = True, **wish: Any) -> SparkPlan | None:
    offers = tuple(Offer(f"n{i}", memory, vcores) for i, memory in enumerate(memory_mb))
    return spark_plan(Spark(**wish), Places(offers, "n0", "n0", head_has_driver=driver))


def test_the_versions_are_those_that_are_pinned() -> None:
    assert set(VERSIONS) == set(SPARK)
    assert DEFAULT in VERSIONS


def test_nothing_is_lost_to_yarns_rounding() -> None:
    assert tuple(CONTAINERS_MB) == get_args(ExecutorName)
    for size in (*CONTAINERS_MB.values(), AM_MB, DRIVER_MB):
        assert granted(size) == size


def test_the_example_of_seven() -> None:
    spark = make_plan(load_config(root() / "cluster.example.toml")).spark
    assert spark is not None
    assert (spark.version, spark.executor.name, spark.max_executors) == ("4.3.0", "small", 10)
    assert (spark.head, spark.history) == ("pi8", "pi8")
    assert spark.nodes == spark.executor_nodes == ("pi8", "pi4", "pi2a", "pi2b")
    assert (spark.client_mode, spark.cluster_mode) == (True, True)
    assert (spark.am_heap_mb, spark.am_overhead_mb) == (256, 128)
    assert (spark.driver_heap_mb, spark.driver_overhead_mb) == (512, 384)


def test_the_labs_three_boards() -> None:
    spark = spark_of({"memory_gb": 8}, {}, SMALL)
    assert (spark.executor.name, spark.executor_nodes, spark.nodes) == (
        "small",
        ("n0",),
        ("n0", "n1"),
    )


@pytest.mark.parametrize(
    ("memory", "vcores", "name", "count"),
    [
        ([5376, 2560, 1024, 1152], 6, "small", 10),
        # As many of all sizes, by vcores: the largest.
        ([15872], 4, "large", 3),
        ([9600], 8, "medium", 7),
        # One of either beside a master, and cluster mode with the smaller only.
        ([1792], 6, "small", 1),
        # One of either, cluster mode with neither: the largest that runs in client mode.
        ([1664], 6, "medium", 1),
        # Alone a medium one would fit; beside a master only a small one does.
        ([1280], 6, "small", 1),
    ],
)
def test_the_size_of_which_most_run_beside_a_master(
    memory: list[int], vcores: int, name: str, count: int
) -> None:
    spark = chosen(*memory, vcores=vcores)
    assert spark is not None
    assert (spark.executor.name, spark.max_executors) == (name, count)


@pytest.mark.parametrize(
    ("gigabytes", "count", "client", "cluster_mode"),
    [
        ([8, 4, 2, 2, 1, 1, 1], 10, True, True),
        ([8, 2, 1], 6, True, True),
        ([8], 5, True, True),
        ([4, 2], 2, True, True),
        ([4], 1, True, False),
        ([2, 2, 2, 2], 2, False, True),
    ],
)
def test_the_clusters_of_docs_sizing(
    gigabytes: list[int], count: int, client: bool, cluster_mode: bool
) -> None:
    spark = spark_of(*[{"memory_gb": size} if size > 1 else SMALL for size in gigabytes])
    assert (spark.executor.name, spark.max_executors) == ("small", count)
    assert (spark.client_mode, spark.cluster_mode) == (client, cluster_mode)


def test_a_size_that_is_wished() -> None:
    spark = spark_of({"memory_gb": 8}, {}, spark={"executor": "large", "version": "4.2.1"})
    assert (spark.version, spark.executor.name, spark.executor.heap_mb) == ("4.2.1", "large", 1664)
    assert spark.max_executors == 2


def test_only_room_that_is_sure_counts() -> None:
    # On n0 the master leaves room for an executor, on n1 it takes the only one's.
    assert chosen(256, 1024) is None
    assert chosen(384, 1152) is None
    assert chosen(896, 896) is not None


def test_a_head_without_memory_for_drivers_runs_jobs_in_cluster_mode_alone() -> None:
    assert chosen(1280, driver=False) is None
    spark = chosen(896, 896, driver=False)
    assert spark is not None
    assert (spark.client_mode, spark.cluster_mode) == (False, True)


def test_a_board_of_4_gb_alone_runs_jobs_in_client_mode_alone() -> None:
    spark = spark_of({"memory_gb": 4})
    assert (spark.executor.name, spark.max_executors) == ("small", 1)
    assert (spark.client_mode, spark.cluster_mode) == (True, False)


def test_four_boards_of_2_gb() -> None:
    spark = spark_of({}, {}, {}, {})
    assert (spark.client_mode, spark.cluster_mode) == (False, True)
    # The head has its files for those who submit, and carries no container of Spark.
    assert (spark.head, spark.nodes) == ("n0", ("n0", "n1", "n2", "n3"))
    assert spark.executor_nodes == ("n2", "n3")


def test_a_history_server_elsewhere_has_the_files_too() -> None:
    offers = (Offer("n0", 0, 0), Offer("n1", 256, 2), Offer("n2", 8192, 6), Offer("n3", 384, 2))
    places = Places(offers, head="n0", history="n1", head_has_driver=True)
    spark = spark_plan(Spark(), places)
    assert spark is not None
    assert spark.nodes == ("n0", "n1", "n2", "n3")
    assert spark.executor_nodes == ("n2",)
    assert spark_plan(Spark(), Places(offers[1:], "n2", "n2", head_has_driver=True)) is not None


def test_a_hundred_boards() -> None:
    spark = spark_of({"memory_gb": 8}, *[{}] * 39, *[SMALL] * 60)
    assert spark.executor.name == "small"
    assert spark.nodes == tuple(f"n{index}" for index in range(40))
    # n1 carries Portainer's server and has 768 MiB: a master's files, and no executor.
    assert spark.executor_nodes == tuple(name for name in spark.nodes if name != "n1")
    assert spark.max_executors == spark.executor.count == 6 + 38


def test_without_spark() -> None:
    plan = make_plan(cluster({"memory_gb": 8}, spark={"enabled": False}))
    assert plan.spark is None
    assert plan.executors
    assert plan.to_json()["spark"] is None


def test_plain_data() -> None:
    spark = spark_of({"memory_gb": 8})
    assert spark.to_json() == {
        "version": "4.3.0",
        "executor": {
            "name": "small",
            "heap_mb": 512,
            "overhead_mb": 384,
            "container_mb": 896,
            "count": 5,
        },
        "max_executors": 5,
        "am_heap_mb": 256,
        "am_overhead_mb": 128,
        "driver_heap_mb": 512,
        "driver_overhead_mb": 384,
        "client_mode": True,
        "cluster_mode": True,
        "nodes": ["n0"],
        "executor_nodes": ["n0"],
        "head": "n0",
        "history": "n0",
    }


def test_the_plan_does_not_know_the_artefacts() -> None:
    for path in (root() / "picluster" / "plan").glob("*.py"):
        assert "picluster.artefacts" not in path.read_text()
