"""A board's place in its Swarm, whether it is left alone, its entries of earlier lives, labels."""

from typing import Any, cast

import pytest

from picluster.plan.swarm import SwarmNode, SwarmState, Verdict, judge
from picluster.plan.swarm_members import Membership, label_changes, membership, refusal_of, twins
from tests.unit.plan.swarms import (
    OTHER,
    SWARM,
    blank,
    circle,
    inactive,
    manager,
    member,
    node,
    stopped,
    swarm_of,
    worker,
)

NODES = (*circle(["pi8", "pi4"], ["pi2a"], ["pi1a"]), node("pi1b", state="down"))
HERE = Verdict(SWARM, NODES, ("pi8", "pi4"))
STARTING = Verdict(SWARM)
"""The engines of the managers are started first."""
NOWHERE = Verdict()

BLANK, INACTIVE = blank(), inactive()
WORKER, UNKNOWN = worker("pi1a"), worker("gone")
MANAGER, LEADERLESS = manager("pi8", list(NODES)), manager("pi4", None)
PENDING = inactive(state="pending")
PENDING_MEMBER = worker("pi1a", state="pending")
ERROR = worker("pi1a", state="error", error="certificate has expired")


@pytest.mark.parametrize(
    ("state", "verdict", "place"),
    [
        (BLANK, NOWHERE, "absent"),
        (BLANK, HERE, "absent"),
        (blank(engine="stopped"), HERE, "absent"),
        (INACTIVE, NOWHERE, "absent"),
        (INACTIVE, HERE, "absent"),
        (WORKER, HERE, "member"),
        (worker("pi1b"), HERE, "member"),  # down, and it is its own entry
        (MANAGER, HERE, "member"),
        (UNKNOWN, HERE, "rejoin"),
        (manager("gone", None), HERE, "rejoin"),
        # A join that timed out, and never got a certificate.
        (PENDING, HERE, "rejoin"),
        (PENDING, STARTING, "rejoin"),
        (PENDING, NOWHERE, "rejoin"),
        # A member that looks for its managers, and one whose entry was removed.
        (PENDING_MEMBER, HERE, "unknown"),
        (PENDING_MEMBER, STARTING, "unknown"),
        (worker("gone", state="pending"), HERE, "rejoin"),
        (ERROR, HERE, "rejoin"),
        (inactive(state="error"), HERE, "rejoin"),
        # Nobody can tell while no manager answers.
        (WORKER, STARTING, "unknown"),
        (LEADERLESS, STARTING, "unknown"),
        # A manager that lost its leader for a moment, but not its place in the circle.
        (LEADERLESS, HERE, "member"),
        (stopped(WORKER), HERE, "unknown"),
        (stopped(MANAGER), HERE, "unknown"),
        (stopped(MANAGER, "absent"), HERE, "unknown"),
        (stopped(UNKNOWN), HERE, "rejoin"),  # the managers know that already
        (stopped(UNKNOWN), STARTING, "unknown"),
        (stopped(WORKER), STARTING, "unknown"),
    ],
)
def test_membership(state: SwarmState, verdict: Verdict, place: Membership) -> None:
    assert membership(state, verdict) == place
    assert refusal_of("pi1a", state, verdict if verdict.swarm_id else HERE) is None


@pytest.mark.parametrize("role", ["worker", "manager"])
def test_a_manager_whom_the_recovered_swarm_lost_joins_anew(role: str) -> None:
    """Its wished role may still be a manager's; it is in the circle that it counts."""
    nodes = [member("pi8"), node("pi4", role=role, state="down")]
    states = {"pi8": manager("pi8", nodes), "pi4": LEADERLESS, "pi2a": None}
    verdict = judge(states, ["pi8", "pi4", "pi2a"])
    assert membership(LEADERLESS, verdict) == "rejoin"
    # The same entry of a board that does not take itself for a manager is all right.
    assert membership(worker("pi4"), verdict) == "member"


def test_a_manager_that_was_promoted_just_now_stays() -> None:
    nodes = [*circle(["pi8"]), node("pi4", role="manager")]
    verdict = Verdict(SWARM, tuple(nodes), ("pi8",))
    assert membership(worker("pi4"), verdict) == "member"
    assert membership(manager("pi4", nodes), verdict) == "member"


@pytest.mark.parametrize(
    ("state", "verdict", "words"),
    [
        (manager("pi4", None, state="locked"), HERE, ["swarm unlock", "run again"]),
        (worker("pi1a", state="locked"), NOWHERE, ["swarm unlock", "run again"]),
        (worker("pi1a", swarm_id=OTHER), HERE, [OTHER, "swarm leave --force", "run again"]),
        (stopped(worker("pi1a", swarm_id=OTHER)), HERE, [OTHER, "swarm leave --force"]),
        (worker("pi1a"), NOWHERE, [SWARM, "swarm leave --force"]),
        (blank(vxlan=False), HERE, ["vxlan", "full-upgrade", "linux-modules-extra-raspi"]),
        (worker("pi1a", vxlan=False), HERE, ["vxlan", "full-upgrade"]),
    ],
)
def test_a_board_that_is_left_alone(state: SwarmState, verdict: Verdict, words: list[str]) -> None:
    reason = refusal_of("pi1a", state, verdict)
    assert reason is not None
    assert [word for word in words if word not in reason] == []


@pytest.mark.parametrize("state", [WORKER, stopped(WORKER), PENDING_MEMBER, ERROR])
def test_a_worker_whose_managers_are_away_is_not_told_to_leave(state: SwarmState) -> None:
    verdict = judge(dict.fromkeys(["pi8", "pi4"]) | {"pi1a": state}, ["pi8", "pi4"])
    reason = refusal_of("pi1a", state, verdict)
    assert reason == verdict.undecided
    assert reason is not None
    assert "Bring it back" in reason
    assert "leave" not in reason


def test_without_ip_vs_a_board_is_taken() -> None:
    assert refusal_of("pi1a", worker("pi1a", ip_vs=False), HERE) is None


OLD_MANAGER = member("pi1a", "unreachable", id="old-manager")
OLD_WORKER = node("pi1a", id="old-worker", state="down")
OF_OTHERS = circle(["pi8", "pi4"], workers=["pi1b"])


@pytest.mark.parametrize(
    ("state", "own", "found"),
    [
        (INACTIVE, [], ["old-manager", "old-worker"]),
        (BLANK, [], ["old-manager", "old-worker"]),  # its card was written anew
        (PENDING, [], ["old-manager", "old-worker"]),
        (WORKER, [node("pi1a")], ["old-manager", "old-worker"]),
        (manager("pi1a", None), [member("pi1a")], ["old-manager", "old-worker"]),
        (ERROR, [node("pi1a", state="down")], ["old-manager", "old-worker"]),
        (worker("new"), [], ["old-manager", "old-worker"]),  # whom the managers do not know
        # Which of them it will be when its engine runs, nobody knows yet.
        (stopped(WORKER), [node("pi1a")], []),
        (PENDING_MEMBER, [node("pi1a")], []),
    ],
)
def test_twins(state: SwarmState, own: list[SwarmNode], found: list[str]) -> None:
    nodes = (*OF_OTHERS, OLD_MANAGER, *own, OLD_WORKER)
    assert [n["id"] for n in twins("pi1a", state, Verdict(SWARM, nodes, ("pi8",)))] == found


@pytest.mark.parametrize("name", ["pi8", "pi4", "pi2a", "pi1a", "pi1b"])
def test_a_healthy_swarm_has_no_twins(name: str) -> None:
    states = swarm_of(["pi8", "pi4", "pi2a"], workers=["pi1a", "pi1b"])
    verdict = judge(states, ["pi8", "pi4", "pi2a"])
    assert twins(name, cast(SwarmState, states[name]), verdict) == []
    assert twins("pi", INACTIVE, verdict) == [], "a part of a name is another name"
    assert twins(name, INACTIVE, NOWHERE) == []


@pytest.mark.parametrize(
    ("present", "wished", "changes"),
    [
        ({}, {}, {}),
        ({}, {"pi.a": "1"}, {"pi.a": "1"}),
        ({"pi.a": "1"}, {"pi.a": "1"}, {}),
        ({"pi.a": "2"}, {"pi.a": "1"}, {"pi.a": "1"}),
        ({"pi.a": ""}, {"pi.a": "1"}, {"pi.a": "1"}),
        ({"pi.a": "1"}, {"pi.a": ""}, {"pi.a": ""}),
        ({"pi.old": "1", "mine": "2", "pi": "3"}, {}, {"pi.old": None}),
        ({"mine": "2"}, {"pi.a": "1"}, {"pi.a": "1"}),
    ],
)
def test_label_changes(
    present: dict[str, str], wished: dict[str, str], changes: dict[str, Any]
) -> None:
    assert label_changes(present, wished, "pi.") == changes


def test_the_node_of_an_id() -> None:
    assert HERE.node("pi1a-id") == NODES[3]
    assert HERE.node("nobody") is None
    assert HERE.node(None) is None
    assert NOWHERE.node("pi1a-id") is None
