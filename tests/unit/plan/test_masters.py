"""Which node carries which role of Hadoop, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from picluster.plan.config import ClusterConfig
from picluster.plan.daemons import HadoopRole
from picluster.plan.load import load_config
from picluster.plan.plan import Plan, PlanError, make_plan
from picluster.project import root
from tests.unit.plan.clusters import cluster

SMALL = {"model": "3B+", "memory_gb": 1}
ZERO = {"model": "Zero 2 W", "memory_gb": 0.5}
BIG = {"memory_gb": 8}
OFF = {"enabled": False}
MASTERS: tuple[HadoopRole, ...] = (
    "namenode",
    "resourcemanager",
    "historyserver",
    "sparkhistoryserver",
)


def planned(*nodes: dict[str, Any], **tables: Any) -> Plan:
    return make_plan(cluster(*nodes, **tables))


def reasons(*nodes: dict[str, Any], **tables: Any) -> list[str]:
    with pytest.raises(PlanError) as caught:
        planned(*nodes, **tables)
    assert all(f"\n  - {reason}." in str(caught.value) for reason in caught.value.reasons)
    return caught.value.reasons


def placed(plan: Plan) -> dict[str, str | None]:
    return {role: plan.only(role) for role in (*MASTERS, "secondarynamenode")}


def test_the_example_of_seven() -> None:
    plan = make_plan(load_config(root() / "cluster.example.toml"))
    assert placed(plan) == dict.fromkeys(MASTERS, "pi8") | {"secondarynamenode": "pi4"}
    names = tuple(planned.node.name for planned in plan.nodes)
    assert plan.having("datanode") == plan.having("nodemanager") == names


def test_one_board_does_it_all() -> None:
    plan = planned(BIG)
    assert set(placed(plan).values()) == {"n0"}
    assert (plan.replication, plan.having("datanode"), plan.having("nodemanager")) == (
        1,
        ("n0",),
        ("n0",),
    )


@pytest.mark.parametrize(("reserve", "line", "shared_out"), [(300, False, 896), (128, True, 512)])
def test_a_small_head_keeps_no_memory_for_drivers(
    reserve: int, line: bool, shared_out: int
) -> None:
    (node,) = planned({"memory_gb": 3, "reserve_mb": reserve}, spark=OFF).nodes
    assert ("submitted jobs" in {share.what for share in node.shares}) == line
    assert node.yarn_mb == shared_out


def test_two_boards() -> None:
    plan = planned({}, BIG)
    assert placed(plan) == dict.fromkeys(MASTERS, "n1") | {"secondarynamenode": "n0"}
    assert plan.replication == 2


def test_five_boards_of_1_gb_share_the_masters_out() -> None:
    plan = planned(*[SMALL] * 5, spark=OFF)
    assert placed(plan) == {
        "namenode": "n0",
        "resourcemanager": "n0",
        "historyserver": "n1",
        "sparkhistoryserver": None,
        "secondarynamenode": "n1",
    }
    assert plan.having("datanode") == ("n1", "n2", "n3", "n4")
    assert plan.having("nodemanager") == ("n2", "n3", "n4")
    assert (plan.yarn_mb, plan.executors) == (768, ())


def test_a_hundred_boards() -> None:
    plan = planned(*[SMALL] * 60, BIG, *[{}] * 39)
    assert placed(plan) == dict.fromkeys(MASTERS, "n60") | {"secondarynamenode": "n61"}
    assert len(plan.having("datanode")) == len(plan.having("nodemanager")) == 100
    assert plan.namenode_handlers == 64


def test_a_pinned_master_counts_however_weak_and_the_others_stay() -> None:
    plan = planned(BIG, {"memory_gb": 4}, {**SMALL, "roles": ["namenode"]})
    assert placed(plan) == {
        **dict.fromkeys(MASTERS, "n0"),
        "namenode": "n2",
        "secondarynamenode": "n1",
    }


def test_the_history_servers_go_with_a_pinned_resourcemanager() -> None:
    plan = planned(BIG, {"memory_gb": 4, "roles": ["resourcemanager"]}, {})
    assert [plan.only(role) for role in MASTERS] == ["n0", "n1", "n1", "n1"]


def test_the_secondarynamenode_stays_away_from_a_pinned_namenode() -> None:
    plan = planned(BIG, {"memory_gb": 4, "roles": ["namenode"]}, {})
    assert (plan.only("namenode"), plan.only("secondarynamenode")) == ("n1", "n2")
    assert planned(BIG, {"roles": ["namenode"]}).only("secondarynamenode") == "n0"


def test_pinned_to_one_node_all_the_same() -> None:
    together = {"roles": ["namenode", "secondarynamenode"]}
    assert placed(planned(BIG, together, {}))["secondarynamenode"] == "n1"


@pytest.mark.parametrize("last", [SMALL, {**ZERO, "availability": "drain"}, {}])
@pytest.mark.parametrize(
    "boards",
    [[BIG, {}], [{}] * 4, [{"memory_gb": 4}, BIG, {}], [{}] * 7],
    ids=["8+2", "four", "4+8+2", "seven"],
)
def test_no_stateful_role_moves_when_a_board_is_added(
    boards: list[dict[str, Any]], last: dict[str, Any]
) -> None:
    before, after = planned(*boards), planned(*boards, last)
    assert placed(after) == placed(before)
    assert set(before.having("datanode")) <= set(after.having("datanode"))


def test_availability_in_the_swarm_is_not_hadoops() -> None:
    spared = {"memory_gb": 8, "availability": "drain"}
    assert planned(spared, {}, {}).only("namenode") == "n0"
    assert planned(spared, {}, {}).node("n0").yarn_mb == planned(BIG, {}, {}).node("n0").yarn_mb


def test_without_hadoop_nobody_has_a_share_for_it() -> None:
    plan = planned({"roles": ["namenode"]}, ZERO, hdfs=OFF, yarn=OFF, spark=OFF)
    assert all(not (node.roles or node.yarn_mb or node.vcores) for node in plan.nodes)
    assert {share.what for share in plan.nodes[0].shares} == {
        "system",
        "Docker",
        "Swarm manager",
        "Portainer's agent",
        "your own stacks",
    }
    assert (plan.replication, plan.max_container_mb, plan.executors) == (0, 0, ())


def test_hdfs_alone_fits_on_one_board_of_1_gb() -> None:
    plan = planned(SMALL, yarn=OFF, spark=OFF)
    assert plan.nodes[0].roles == ("namenode", "secondarynamenode", "datanode")


def test_without_spark_there_is_no_history_server_for_it() -> None:
    plan = planned(BIG, {}, spark=OFF)
    assert plan.only("sparkhistoryserver") is None
    assert "historyserver" in plan.node("n0").roles


def test_names_of_nobody() -> None:
    with pytest.raises(KeyError, match="pi9"):
        planned(BIG).node("pi9")


def test_a_pinned_role_that_does_not_fit() -> None:
    roles = ["resourcemanager", "namenode", "secondarynamenode", "portainer", "mirror"]
    (reason,) = reasons(BIG, {}, {**SMALL, "roles": roles}, mirror={"enabled": True})
    assert reason == (
        "n2 has the role secondarynamenode pinned, which takes 160 MiB, and 18 MiB are left of 904 "
        "(system 130, Docker 96, Swarm manager 24, Portainer's agent 32, Portainer's server 64, "
        "mirror 80, NameNode 210, ResourceManager 250). Pin it to a node with more memory, or "
        "leave it to the plan"
    )


def test_a_replication_above_the_datanodes_is_told_beside_the_rest() -> None:
    first, second = reasons(BIG, {}, {**ZERO, "roles": ["namenode"]}, hdfs={"replication": 3})
    assert first.startswith("n2 has the role namenode pinned, which takes 210 MiB, and ")
    assert second == (
        "hdfs.replication is 3, but 2 boards have a DataNode: n0 and n1. Write replication = 2 at "
        "most, leave it out, or add boards"
    )


def test_no_board_for_the_namenode() -> None:
    found = reasons(ZERO, ZERO, ZERO)
    assert found[0] == (
        "no board has room for the NameNode, which takes 210 MiB. On n0 86 MiB are left of 400 "
        "(system 130, Docker 96, Swarm manager 24, Portainer's agent 32, your own stacks 32). Add "
        "a board with more memory, lower a reserve_mb, or write enabled = false in [hdfs], [yarn] "
        "and [spark]"
    )
    assert len(found) == 5
    assert "or write enabled = false in [yarn] and [spark]" in found[1]
    assert found[3].endswith("or write enabled = false in [spark]")


def test_room_for_a_master_only_as_long_as_nothing_comes_to_it() -> None:
    head, full = {**SMALL, "reserve_mb": 150}, {**SMALL, "reserve_mb": 340}
    tables = {"yarn": OFF, "spark": OFF, "mirror": {"enabled": True}}
    (found,) = reasons(head, full, full, **tables)
    assert found == (
        "no board has room for the SecondaryNameNode, which takes 160 MiB. On n2 282 MiB are left "
        "of 904 (system 130, Docker 96, Swarm manager 24, Portainer's agent 32, your own stacks "
        "340), but too little if it came to carry all that a board can: manager, Portainer's "
        'server, mirror and home page, which move as boards come and go. roles = ["'
        'secondarynamenode"] puts it there nevertheless. Add a board with more memory, lower a '
        "reserve_mb, or write enabled = false in [hdfs], [yarn] and [spark]"
    )
    # Heeded, it is no reason any more; blocks still have no place.
    assert reasons(head, full, {**full, "roles": ["secondarynamenode"]}, **tables) == [
        "no board has room for a DataNode, which takes 150 MiB. Add a board with more memory, or "
        "lower a reserve_mb"
    ]


def test_more_is_reserved_than_there_is() -> None:
    boards = [{"memory_gb": 4, "reserve_mb": 4000}, BIG]
    assert reasons(*boards, hdfs=OFF, yarn=OFF, spark=OFF) == [
        "n0 has 3776 MiB to use, and 4358 are asked of it (system 150, Docker 96, Portainer's "
        "agent 32, Portainer's server 64, home page 16, your own stacks 4000). Pin a role of it to "
        "another node, or lower its reserve_mb"
    ]


@pytest.mark.parametrize(("boards", "offered"), [([{}], 0), ([SMALL] * 3, 256)])
def test_no_memory_for_jobs(boards: list[dict[str, Any]], offered: int) -> None:
    (reason,) = reasons(*boards)
    assert reason == (
        f"YARN has {offered} MiB to share out, and the smallest job takes 512: a master and a task "
        "of 256 each. A NodeManager itself takes 210. Add a board with 2 GB or more, lower a "
        "reserve_mb, or write enabled = false in [yarn] and [spark]"
    )


VALID = sorted((Path(__file__).parents[1] / "config" / "valid").glob("*.toml"))


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_every_valid_file_has_a_plan(path: Path) -> None:
    config: ClusterConfig = load_config(path)
    assert len(make_plan(config).nodes) == len(config.nodes)
