"""What holds for the plan of any cluster."""

import random
from itertools import starmap
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from picluster.plan.boards import MODELS
from picluster.plan.config import ClusterConfig
from picluster.plan.daemons import RESIDENT_MB, ROLES, HadoopRole
from picluster.plan.executors import OVERHEAD_MB, SMALLEST_HEAP_MB, ExecutorName
from picluster.plan.memory import USABLE_MB
from picluster.plan.modelnames import USABLE
from picluster.plan.node import SINGLE_ROLES, Node, Role
from picluster.plan.plan import NodePlan, Plan, PlanError, make_plan
from picluster.plan.sections import Hdfs, Mirror, Portainer, Section, Spark, Swarm, Yarn
from picluster.plan.spark import SparkPlan
from picluster.plan.wording import TITLES
from tests.unit.plan.clusters import cluster

BASE = cluster({})
KINDS = [(name, size) for name in USABLE for size in MODELS[name].memory_mb]
MASTERS: tuple[HadoopRole, ...] = (
    "namenode",
    "resourcemanager",
    "historyserver",
    "sparkhistoryserver",
)

boards = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "availability": st.sampled_from(["active", "active", "pause", "drain"]),
        "reserve_mb": st.one_of(st.none(), st.none(), st.integers(0, 600)),
    }
)
clusters = st.lists(boards, min_size=1, max_size=12)
services = st.sampled_from([(1, 1, 1), (1, 1, 1), (1, 1, 0), (1, 0, 0), (0, 0, 0)])
many = settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def node(index: int, board: dict[str, Any], roles: tuple[Role, ...] = ()) -> Node:
    name, size = board["kind"]
    values = {key: value for key, value in board.items() if key != "kind"}
    values |= {"name": f"n{index}", "address": "10.0.0.1", "mac": None, "storage": None}
    return Node.model_construct(model=name, memory_gb=size / 1024, roles=roles, **values)


def config(
    nodes: list[Node], enabled: tuple[int, ...] = (1, 1, 1), **more: Section
) -> ClusterConfig:
    hdfs, yarn, spark = map(bool, enabled)
    tables = {"hdfs": Hdfs(enabled=hdfs), "yarn": Yarn(enabled=yarn), "spark": Spark(enabled=spark)}
    return BASE.model_copy(update={"nodes": tuple(nodes), **tables, **more})


def plan_of(wished: ClusterConfig) -> Plan | None:
    try:
        return make_plan(wished)
    except PlanError:
        return None


@many
@given(clusters, st.data())
def test_no_board_gives_what_it_has_not(chosen: list[dict[str, Any]], data: st.DataObject) -> None:
    nodes = [node(index, board) for index, board in enumerate(chosen)]
    for role in data.draw(st.sets(st.sampled_from(SINGLE_ROLES), max_size=3)):
        at = data.draw(st.integers(0, len(nodes) - 1))
        nodes[at] = node(at, chosen[at], (*nodes[at].roles, role))
    wished = config(
        nodes,
        data.draw(services),
        portainer=Portainer(enabled=data.draw(st.booleans())),
        mirror=Mirror(enabled=data.draw(st.booleans())),
    )
    plan = plan_of(wished)
    if plan is None:
        return
    assert plan == make_plan(wished)
    for planned in plan.nodes:
        _check_sum(planned, wished)
    _check_cluster(plan, wished)


def _check_sum(planned: NodePlan, wished: ClusterConfig) -> None:
    assert planned.usable_mb == USABLE_MB[planned.node.memory_mb] < planned.node.memory_mb
    assert all(share.mb > 0 and share.reason for share in planned.shares)
    assert sum(share.mb for share in planned.shares) + planned.yarn_mb <= planned.usable_mb
    given_mb = {share.what: share.mb for share in planned.shares}
    for role in ROLES:
        assert given_mb.get(TITLES[role]) == (RESIDENT_MB[role] if role in planned.roles else None)
    assert ("nodemanager" in planned.roles) == (planned.yarn_mb > 0) == (planned.vcores > 0)
    assert planned.yarn_mb == 0 or planned.yarn_mb >= 256
    assert planned.yarn_mb % 128 == 0
    if wished.yarn.enabled:
        assert set(planned.node.roles) & set(ROLES) <= set(planned.roles)


def _check_cluster(plan: Plan, wished: ClusterConfig) -> None:
    wanted: dict[HadoopRole, bool] = {
        "namenode": wished.hdfs.enabled,
        "secondarynamenode": wished.hdfs.enabled,
        "resourcemanager": wished.yarn.enabled,
        "historyserver": wished.yarn.enabled,
        "sparkhistoryserver": wished.spark.enabled,
    }
    for role, enabled in wanted.items():
        assert len(plan.having(role)) == enabled
    datanodes = len(plan.having("datanode"))
    assert plan.replication == min(3, datanodes)
    assert bool(datanodes) == wished.hdfs.enabled
    assert (plan.yarn_mb >= 512) == wished.yarn.enabled
    largest = max(planned.yarn_mb for planned in plan.nodes)
    assert largest <= plan.max_container_mb <= 2 * largest or not largest
    for shape in plan.executors:
        assert shape.container_mb <= largest
        assert shape.heap_mb >= SMALLEST_HEAP_MB
        assert shape.overhead_mb >= max(OVERHEAD_MB, shape.heap_mb // 10)
    assert (plan.spark is not None) == wished.spark.enabled


def _runs_at_once(first_mb: int, size: int, plan: Plan) -> list[int]:
    """How many executors there are beside a first container, by each place that YARN may choose.

    Counted one by one, as YARN gives them.
    """
    counts = []
    for place, at in enumerate(plan.nodes):
        if at.yarn_mb < first_mb or not at.vcores:
            continue
        left = [[planned.yarn_mb, planned.vcores] for planned in plan.nodes]
        left[place][0] -= first_mb
        left[place][1] -= 1
        count = 0
        for room in left:
            while room[0] >= size and room[1] >= 1:
                room[0] -= size
                room[1] -= 1
                count += 1
        counts.append(count)
    return counts


@many
@given(clusters, st.sampled_from([None, None, "small", "medium", "large"]), st.booleans())
def test_sparks_jobs_find_their_place(
    chosen: list[dict[str, Any]], wish: ExecutorName | None, portainer: bool
) -> None:
    nodes = list(starmap(node, enumerate(chosen)))
    wished = config(nodes, spark=Spark(executor=wish), portainer=Portainer(enabled=portainer))
    plan = plan_of(wished)
    if plan is None or plan.spark is None:
        assert plan is None
        return
    spark, size = plan.spark, plan.spark.executor.container_mb
    assert spark.executor in plan.executors
    assert wish in (None, spark.executor.name)
    by_name = {planned.node.name: planned.yarn_mb for planned in plan.nodes}
    assert set(spark.executor_nodes) == {name for name, mb in by_name.items() if mb >= size}
    with_room = {name for name, mb in by_name.items() if mb >= 384}
    assert set(spark.nodes) == with_room | {spark.head, spark.history}
    beside_master = _runs_at_once(384, size, plan)
    assert min(beside_master) >= 1
    assert spark.max_executors == max(beside_master)
    beside_driver = _runs_at_once(512 + 384, size, plan)
    assert spark.cluster_mode == bool(beside_driver and min(beside_driver))
    head = {share.what for share in plan.node(spark.head).shares}
    assert spark.client_mode == ("submitted jobs" in head)
    assert spark.client_mode or spark.cluster_mode
    if wish is None:
        _check_choice(plan, spark)


def _check_choice(plan: Plan, spark: SparkPlan) -> None:
    """No other size gives more executors, nor as many larger ones with the same modes."""
    for shape in plan.executors:
        beside = _runs_at_once(384, shape.container_mb, plan)
        if not min(beside):
            continue
        driver = _runs_at_once(512 + 384, shape.container_mb, plan)
        modes = spark.client_mode + bool(driver and min(driver))
        if not modes:
            continue
        assert max(beside) <= spark.max_executors
        if max(beside) == spark.max_executors and shape.container_mb > spark.executor.container_mb:
            assert modes < spark.client_mode + spark.cluster_mode


@many
@given(clusters)
def test_what_spark_has_no_room_for_is_planned_without_it(chosen: list[dict[str, Any]]) -> None:
    nodes = list(starmap(node, enumerate(chosen)))
    try:
        make_plan(config(nodes))
    except PlanError as error:
        if all(reason.startswith("Spark finds no room") for reason in error.reasons):
            assert make_plan(config(nodes, (1, 1, 0))).yarn_mb >= 512


@many
@given(clusters, boards, services, st.booleans())
def test_no_master_moves_when_a_weaker_board_is_added(
    chosen: list[dict[str, Any]], new: dict[str, Any], enabled: tuple[int, ...], mirror: bool
) -> None:
    before = [node(index, board) for index, board in enumerate(chosen)]
    weakest = min(before, key=_strength)
    added = node(len(before), new)
    if _strength(added) > _strength(weakest):
        added = node(len(before), {**new, "kind": (weakest.model, weakest.memory_mb)})
    old = plan_of(config(before, enabled, mirror=Mirror(enabled=mirror)))
    after = plan_of(config([*before, added], enabled, mirror=Mirror(enabled=mirror)))
    if old is None or after is None:
        return
    for role in MASTERS:
        assert after.having(role) == old.having(role)
    # A board that was alone loses the second copy of its metadata to the one that came.
    if len(before) > 1 and old.only("secondarynamenode") != old.only("namenode"):
        assert after.only("secondarynamenode") == old.only("secondarynamenode")
    assert set(old.having("datanode")) <= set(after.having("datanode"))


def _strength(board: Node) -> tuple[float, int]:
    return board.memory_gb, board.board.cores * board.board.clock_mhz


@given(clusters, st.randoms(use_true_random=False))
def test_the_order_of_the_file_decides_only_between_equals(
    chosen: list[dict[str, Any]], shuffled: random.Random
) -> None:
    by_strength = {_strength(board): board for board in starmap(node, enumerate(chosen))}
    different = list(by_strength.values())
    first = plan_of(config(different))
    shuffled.shuffle(different)
    again = plan_of(config(different))
    assert (first is None) == (again is None)
    if first and again:
        assert all(first.node(board.name) == again.node(board.name) for board in different)


@given(st.integers(1, 7), st.integers(1, 100))
def test_a_plan_is_there_for_any_number_of_boards(managers: int, boards_: int) -> None:
    one = node(0, {"kind": ("4B", 4096), "availability": "active", "reserve_mb": None})
    nodes = [one.model_copy(update={"name": f"n{index}"}) for index in range(boards_)]
    plan = make_plan(config(nodes, swarm=Swarm(managers=managers if managers % 2 else None)))
    assert len(plan.having("nodemanager")) == boards_
