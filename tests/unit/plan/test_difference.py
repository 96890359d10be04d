"""How one plan differs from another."""

from typing import Any

from picluster.plan.config import ClusterConfig
from picluster.plan.difference import Change, PlanDifference, Planned, difference
from picluster.plan.plan import make_plan
from tests.unit.plan.clusters import cluster

THREE: tuple[dict[str, Any], ...] = ({"memory_gb": 8}, {}, {"model": "3B+", "memory_gb": 1})


def planned(config: ClusterConfig) -> Planned:
    return Planned(config, make_plan(config))


def differs(old: ClusterConfig, new: ClusterConfig) -> PlanDifference:
    return difference(planned(old), planned(new))


def of_board(found: PlanDifference, name: str) -> dict[str, Change]:
    return {change.what: change for owner, change in found.boards if owner == name}


def of_cluster(found: PlanDifference) -> dict[str, tuple[str, str]]:
    return {change.what: (change.before, change.after) for change in found.cluster}


def test_the_same() -> None:
    found = differs(cluster(*THREE), cluster(*THREE))
    assert not found
    assert found.to_json() == {
        "changed": False,
        "joining": [],
        "leaving": [],
        "boards": [],
        "cluster": [],
    }


def test_a_board_joins() -> None:
    found = differs(cluster(*THREE), cluster(*THREE, {"memory_gb": 4}))
    assert (found.joining, found.leaving) == (("n3",), ())
    assert of_board(found, "n3")["board"] == Change("board", "-", "4B 4 GB")
    assert of_cluster(found)["boards"] == ("3", "4")
    assert of_cluster(found)["memory"] == ("11 GB", "15 GB")
    assert of_cluster(found)["power, all cores busy"] == ("21.2 W", "28.4 W")


def test_a_board_leaves() -> None:
    found = differs(cluster(*THREE, {}), cluster(*THREE))
    assert (found.joining, found.leaving) == ((), ("n3",))
    assert of_board(found, "n3")["roles"].after == "-"


def test_one_board_has_another_memory() -> None:
    found = differs(cluster(*THREE), cluster({"memory_gb": 4}, *THREE[1:]))
    assert (found.joining, found.leaving) == ((), ())
    board = of_board(found, "n0")
    assert board["board"] == Change("board", "4B 8 GB", "4B 4 GB")
    assert {"YARN", "taken"} <= board.keys()
    old, new = of_cluster(found)["YARN shares out"]
    assert int(old.split()[0]) > int(new.split()[0])


def test_a_role_moves() -> None:
    pinned = ({"memory_gb": 8, "roles": ["portainer"]}, *THREE[1:])
    found = differs(cluster(*THREE), cluster(*pinned))
    assert "portainer" not in of_board(found, "n0")["roles"].before.split()
    assert "portainer" in of_board(found, "n0")["roles"].after.split()
    assert "portainer" in of_board(found, "n1")["roles"].before.split()
    assert of_board(found, "n2") == {}


def test_a_service_is_switched_off() -> None:
    found = differs(cluster(*THREE), cluster(*THREE, spark={"enabled": False}))
    assert of_cluster(found)["Spark's executors"][1] == "-"
    assert "sparkhistoryserver" not in of_board(found, "n0")["roles"].after.split()


def test_what_no_plan_goes_by_is_no_difference() -> None:
    assert not differs(cluster(*THREE), cluster(*THREE, cluster={"timezone": "Europe/Berlin"}))


def test_it_is_the_other_way_round_backwards() -> None:
    old, new = cluster(*THREE), cluster({"memory_gb": 4}, *THREE[1:], {})
    there, back = differs(old, new), differs(new, old)
    assert there.joining == back.leaving
    turned = {(name, c.what, c.after, c.before) for name, c in back.boards}
    assert {(name, c.what, c.before, c.after) for name, c in there.boards} == turned
