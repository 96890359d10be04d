"""The rules of single numbers."""

import pytest

from picluster.plan.boards import MODELS
from picluster.plan.daemons import HEAP_MB, MEMORY_MAX_MB, RESIDENT_MB, ROLES
from picluster.plan.executors import ExecutorShape, executor_shapes, heap_of
from picluster.plan.memory import RESERVE_MB, SYSTEM_MB, USABLE_MB
from picluster.plan.modelnames import USABLE
from picluster.plan.node import Node
from picluster.plan.plan import make_plan
from picluster.plan.revision import memory_class_mb
from picluster.plan.sizing import max_container, namenode_handlers, rack, vcores, yarn_memory
from tests.unit.plan.clusters import cluster


def node(model: str) -> Node:
    size = MODELS[model].memory_mb[0] / 1024
    return cluster({"model": model, "memory_gb": size}).nodes[0]


@pytest.mark.parametrize(
    ("left", "shared_out"), [(-200, 0), (0, 0), (255, 0), (256, 256), (383, 256), (5464, 5376)]
)
def test_yarn_shares_whole_containers_out(left: int, shared_out: int) -> None:
    assert yarn_memory(left) == shared_out


@pytest.mark.parametrize(
    ("model", "count"), [("3B+", 2), ("Zero 2 W", 2), ("4B", 6), ("CM4S", 6), ("5", 8), ("500+", 8)]
)
def test_vcores_by_class(model: str, count: int) -> None:
    assert vcores(node(model)) == count


def test_every_model_has_vcores_and_a_rack() -> None:
    assert all(vcores(node(model)) >= 2 for model in USABLE)
    by_rack = {model for model in USABLE if rack(node(model)) == "/gigabit"}
    assert {"4B", "400", "CM4", "5", "CM5", "500"} <= by_rack
    assert not {"2B", "3B", "3B+", "3A+", "Zero 2 W", "CM3"} & by_rack


@pytest.mark.parametrize(
    ("datanodes", "handlers"),
    [(0, 8), (1, 8), (8, 8), (9, 16), (16, 16), (17, 32), (64, 64), (100, 64)],
)
def test_handlers_of_the_namenode_grow_in_steps(datanodes: int, handlers: int) -> None:
    assert namenode_handlers(datanodes) == handlers


@pytest.mark.parametrize(("largest", "asked"), [(0, 0), (256, 256), (896, 1024), (5376, 8192)])
def test_the_largest_container_moves_in_steps(largest: int, asked: int) -> None:
    assert max_container(largest) == asked


def test_one_nodemanagers_memory_moves_no_figure_that_others_read() -> None:
    boards = [{"memory_gb": 8}, {"memory_gb": 4}, {}, {}]
    before = make_plan(cluster(*boards))
    for index in range(4):
        moved = [dict(board) for board in boards]
        moved[index]["reserve_mb"] = 600
        after = make_plan(cluster(*moved))
        name = f"n{index}"
        assert after.node(name).yarn_mb < before.node(name).yarn_mb
        assert after.max_container_mb == before.max_container_mb
        assert [n.yarn_mb for n in after.nodes if n.node.name != name] == [
            n.yarn_mb for n in before.nodes if n.node.name != name
        ]


@pytest.mark.parametrize(
    ("container", "heap"), [(896, 512), (1280, 896), (4224, 3840), (8448, 7680)]
)
def test_the_heap_leaves_sparks_overhead(container: int, heap: int) -> None:
    # 384 MiB, and 10 % of the heap from 3840 on.
    assert heap_of(container) == heap


def test_shapes_are_those_that_fit_by_memory_and_vcores() -> None:
    nodes = [(5376, 6), (2560, 2), (1024, 6), (256, 2)]
    assert executor_shapes(nodes) == (
        ExecutorShape("small", 512, 384, 6 + 2 + 1),
        ExecutorShape("medium", 896, 384, 4 + 2),
        ExecutorShape("large", 1664, 384, 2 + 1),
    )
    assert executor_shapes([(768, 6), (0, 0)]) == ()


def test_usable_is_below_what_was_seen() -> None:
    # MemTotal in MiB at the default gpu_mem.
    seen = {1024: 909, 2048: 1848, 4096: 3787, 8192: 7819, 16384: 16215}
    for size, total in seen.items():
        assert total - 400 < USABLE_MB[size] <= total
    for size, usable in USABLE_MB.items():
        assert memory_class_mb(usable * 1024) == size


def test_every_size_that_is_sold_has_its_figures() -> None:
    sold = {size for model in USABLE for size in MODELS[model].memory_mb}
    assert sold == set(USABLE_MB) == set(SYSTEM_MB) == set(RESERVE_MB)


@pytest.mark.parametrize("role", ROLES)
def test_a_daemon_fits_its_figures(role: str) -> None:
    roles = {str(key): value for key, value in MEMORY_MAX_MB.items()}
    resident = {str(key): value for key, value in RESIDENT_MB.items()}
    heaps = {str(key): value for key, value in HEAP_MB.items()}
    assert heaps[role] < resident[role] or role == "sparkhistoryserver"
    if role == "nodemanager":
        assert role not in roles
    else:
        # Heap, classes, code, and as much again as the smallest heap for buffers and stacks.
        assert roles[role] >= heaps[role] + 96 + 32 + 64
        assert roles[role] >= 2 * resident[role]


def test_the_secondarynamenode_can_load_what_the_namenode_wrote() -> None:
    assert HEAP_MB["secondarynamenode"] >= HEAP_MB["namenode"]
