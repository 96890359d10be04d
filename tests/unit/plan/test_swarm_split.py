"""Managers of one Swarm that do not know of each other."""

import pytest

from picluster.plan.swarm import judge
from tests.unit.plan.swarms import circle, manager

OLD = circle(["pi8", "pi4"], ["pi2a"])
RECOVERED = circle(["pi2a"], [], ["pi8", "pi4"])


@pytest.mark.parametrize("planned", [["pi8", "pi4", "pi2a"], ["pi2a", "pi8", "pi4"]])
def test_lost_managers_that_came_back_together(planned: list[str]) -> None:
    """Each part can change the Swarm; which one is to stay, only the owner knows."""
    states = {
        "pi8": manager("pi8", OLD),
        "pi4": manager("pi4", OLD),
        "pi2a": manager("pi2a", RECOVERED),
    }
    verdict = judge(states, planned)
    assert verdict.split
    assert verdict.through == ()
    assert verdict.refusal is not None
    assert "has come apart" in verdict.refusal
    assert "sudo docker swarm leave --force" in verdict.refusal


def test_managers_of_one_circle_are_together() -> None:
    nodes = circle(["pi8", "pi4", "pi2a"])
    states = {name: manager(name, nodes) for name in ("pi8", "pi4", "pi2a")}
    verdict = judge(states, ["pi8"])
    assert (verdict.split, verdict.refusal) == (False, None)


def test_one_that_waits_for_a_leader_is_no_second_part() -> None:
    states = {"pi8": manager("pi8", OLD), "pi2a": manager("pi2a", None)}
    assert not judge(states, ["pi8", "pi2a"]).split
