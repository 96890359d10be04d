"""What all boards' words about their Swarm mean together."""

import pytest

from picluster.plan.swarm import (
    SwarmState,
    Verdict,
    is_healthy_manager,
    judge,
    managers_of,
    quorum,
    reachable,
)
from picluster.plan.swarm_members import refusal_of
from tests.unit.plan.swarms import (
    OTHER,
    SWARM,
    blank,
    circle,
    inactive,
    manager,
    stopped,
    swarm_of,
    worker,
)

THREE = ["pi8", "pi4", "pi2a"]
FIVE = [*THREE, "pi2b", "pi1a"]
States = dict[str, SwarmState | None]


def _waiting(names: list[str], *reached: str) -> States:
    """Managers without a leader; those that are not reached are away."""
    return {
        name: manager(name, None, remote_managers=len(names)) if name in reached else None
        for name in names
    }


@pytest.mark.parametrize(("managers", "majority"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (7, 4)])
def test_quorum(managers: int, majority: int) -> None:
    assert quorum(managers) == majority


@pytest.mark.parametrize(
    "states",
    [
        {"pi8": blank()},
        {"pi8": blank(), "pi4": blank(), "pi2a": blank(), "pi1a": blank()},
        {"pi8": inactive(), "pi4": inactive(), "pi2a": blank(engine="stopped")},
        # A join that timed out is no membership.
        {"pi8": inactive(), "pi4": inactive(state="pending"), "pi2a": inactive()},
        # A worker of somebody else's Swarm is left alone, and is in nobody's way.
        {"pi8": inactive(), "pi4": inactive(), "pi2a": inactive(), "pi1a": worker("pi1a")},
        # A board that is not to manage it may be away.
        {"pi8": inactive(), "pi4": inactive(), "pi2a": inactive(), "pi1a": None},
    ],
    ids=lambda states: ",".join(states),
)
def test_nobody_has_a_swarm(states: States) -> None:
    managers = [name for name in THREE if name in states]
    assert judge(states, managers) == Verdict()
    assert judge(states, managers).is_new


@pytest.mark.parametrize("missing", [["pi8"], ["pi4"], ["pi4", "pi2a"], THREE])
def test_who_is_away_may_have_one(missing: list[str]) -> None:
    states: States = {name: None if name in missing else inactive() for name in THREE}
    verdict = judge(states, THREE)
    assert not verdict.is_new
    assert (verdict.refusal, verdict.swarm_id) == (None, None)
    assert verdict.undecided is not None
    assert f"while {', '.join(missing)} cannot be asked" in verdict.undecided
    assert "Bring it back" in verdict.undecided
    assert "cluster.toml" in verdict.undecided


def test_who_was_never_asked_is_away() -> None:
    assert judge({"pi1a": inactive()}, THREE).undecided is not None


@pytest.mark.parametrize("names", [THREE[:1], THREE, FIVE], ids=len)
@pytest.mark.parametrize("away", range(5))
def test_lost_managers(names: list[str], away: int) -> None:
    """Any number of managers is lost: those that are left can go on, or everything stops."""
    lost = names[:away]
    states = swarm_of(names, lost, ["pi1b"])
    verdict = judge(states, names)
    left = len(names) - len(lost)
    if left == 0:
        assert verdict.undecided is not None
        assert not verdict.is_new
    elif left > len(names) // 2:
        assert verdict == Verdict(
            SWARM, tuple(circle(names[away:], lost, ["pi1b"])), tuple(names[away:])
        )
    else:
        assert verdict.quorum_lost
        assert (verdict.swarm_id, verdict.nodes, verdict.through) == (SWARM, None, ())
        refusal = verdict.refusal or ""
        assert f"{quorum(len(names))} of its {len(names)} managers have to agree" in refusal
        assert f"only {', '.join(names[away:])} can be reached" in refusal
        assert f"deploys.swarm.recover --data survivor={names[away]}" in refusal


def test_managers_in_the_plans_order() -> None:
    states = swarm_of(["pi1a", "pi2a", "pi8"])
    assert judge(states, THREE).through == ("pi8", "pi2a", "pi1a"), "the unplanned one last"


def test_a_manager_that_is_not_planned_tells_of_the_swarm() -> None:
    states = swarm_of(["pi1a"]) | {name: inactive() for name in THREE}
    verdict = judge(states, THREE)
    assert (verdict.swarm_id, verdict.through) == (SWARM, ("pi1a",))


def test_a_leader_that_lost_the_others_answers_from_memory() -> None:
    lonely = manager("pi8", circle(["pi8"], ["pi4", "pi2a"]))
    assert not is_healthy_manager(lonely)
    assert judge({"pi8": lonely, "pi4": None, "pi2a": None}, THREE).quorum_lost
    # Another one's word counts, which has the majority.
    majority = manager("pi4", circle(["pi4", "pi2a"], ["pi8"]))
    assert judge({"pi8": lonely, "pi4": majority}, THREE).through == ("pi4",)


def test_managers_that_see_no_leader() -> None:
    assert judge(_waiting(THREE, *THREE), THREE).quorum_lost
    assert judge(_waiting(THREE, "pi8", "pi4"), THREE).quorum_lost


def test_after_a_recovery_the_survivor_counts() -> None:
    survivor = manager("pi8", [*circle(["pi8"]), *circle([], workers=["pi4", "pi2a"])])
    states = _waiting(THREE, "pi4", "pi2a") | {"pi8": survivor}
    assert judge(states, THREE).through == ("pi8",)


def test_engines_that_stand_still_are_started_first() -> None:
    here = {name: manager(name, None) for name in THREE}
    one = here | {"pi2a": stopped(here["pi2a"])}
    assert judge(one, THREE) == Verdict(SWARM)
    everyone: States = {name: stopped(state) for name, state in here.items()}
    assert judge(everyone, THREE) == Verdict(SWARM)
    purged: States = {name: stopped(state, "absent") for name, state in here.items()}
    assert judge(purged, THREE) == Verdict(SWARM), "its data is kept"
    # Starting the two that are here would be of use; starting the only one would not.
    assert judge(everyone | {"pi8": None}, THREE) == Verdict(SWARM)
    assert judge(everyone | {"pi8": None, "pi4": None}, THREE).quorum_lost


def test_an_engine_that_stands_still_beside_a_majority() -> None:
    states = swarm_of(THREE, ["pi2a"])
    states["pi2a"] = stopped(manager("pi2a", None))
    verdict = judge(states, THREE)
    assert (verdict.through, verdict.refusal) == (("pi8", "pi4"), None)


def test_locked_managers_want_their_key() -> None:
    locked = {name: manager(name, None, state="locked", control=False) for name in THREE}
    verdict = judge(locked, THREE)
    assert not verdict.quorum_lost, "recovering would be the wrong way out"
    assert verdict.refusal is not None
    assert verdict.refusal.startswith("pi8, pi4, pi2a: ")
    assert "sudo docker swarm unlock" in verdict.refusal
    # One of three is no reason to stop the others.
    states = swarm_of(THREE, ["pi4"]) | {"pi4": locked["pi4"]}
    verdict = judge(states, THREE)
    assert verdict.refusal is None
    assert "unlock" in (refusal_of("pi4", locked["pi4"], verdict) or "")


@pytest.mark.parametrize("state", [manager("pi4", circle(["pi4"])), manager("pi4", None)])
@pytest.mark.parametrize("on_disk_only", [False, True])
def test_two_swarms(state: SwarmState, on_disk_only: bool) -> None:
    foreign: SwarmState = {**state, "swarm_id": OTHER}
    if on_disk_only:
        foreign = stopped(foreign)
    verdict = judge({**swarm_of(["pi8", "pi2a"]), "pi4": foreign}, THREE)
    assert (verdict.swarm_id, verdict.through, verdict.quorum_lost) == (None, (), False)
    assert verdict.refusal is not None
    assert f"pi8, pi2a in {SWARM}; pi4 in {OTHER}" in verdict.refusal
    assert "sudo docker swarm leave --force" in verdict.refusal


def test_a_planned_manager_works_for_another_swarm() -> None:
    states: States = {"pi8": inactive(), "pi4": worker("pi4"), "pi2a": worker("pi2a")}
    verdict = judge(states, THREE)
    assert not verdict.is_new
    assert verdict.refusal is not None
    assert "manages: pi4, pi2a. Nothing was touched" in verdict.refusal
    assert "sudo docker swarm leave --force" in verdict.refusal
    # It may be a worker of the Swarm of the one that is away.
    assert judge(states | {"pi8": None}, THREE).undecided is not None


@pytest.mark.parametrize(
    ("state", "healthy"),
    [
        (manager("pi8", circle(["pi8"])), True),
        (manager("pi8", circle(["pi8", "pi4"], ["pi2a"])), True),
        (manager("pi8", circle(["pi8", "pi4"])), True),
        (manager("pi8", circle(["pi8"], ["pi4"])), False),
        (manager("pi8", circle(["pi8"], ["pi4", "pi2a"])), False),
        (manager("pi8", None), False),
        (manager("pi8", []), False),
        (manager("pi8", circle(["pi8"]), state="locked"), False),
        (manager("pi8", circle(["pi8"]), control=False), False),
        (stopped(manager("pi8", circle(["pi8"]))), False),
        (worker("pi8"), False),
        (inactive(), False),
        (blank(), False),
    ],
)
def test_healthy_managers(state: SwarmState, healthy: bool) -> None:
    assert is_healthy_manager(state) is healthy


def test_the_circle() -> None:
    nodes = circle(["pi8", "pi4"], ["pi2a"], ["pi1a"])
    assert [node["hostname"] for node in managers_of(nodes)] == THREE
    assert [node["hostname"] for node in reachable(nodes)] == ["pi8", "pi4"]
