"""When the Swarm can spare the engine of a board."""

import pytest

from picluster.plan.swarm import SwarmState, judge
from picluster.plan.swarm_restart import reasons_against_restart
from tests.unit.plan.swarms import blank, circle, inactive, manager, stopped, swarm_of, worker

THREE = ["pi8", "pi4", "pi2a"]
FIVE = [*THREE, "pi2b", "pi1a"]


def _reasons(
    name: str, states: dict[str, SwarmState | None], managers: list[str] = THREE
) -> list[str]:
    return reasons_against_restart(name, states, judge(states, managers))


@pytest.mark.parametrize("managers", [THREE[:1], THREE, FIVE], ids=len)
@pytest.mark.parametrize("role", ["manager", "worker"])
def test_a_healthy_swarm_spares_any_board(managers: list[str], role: str) -> None:
    states = swarm_of(managers, workers=["pi1b"])
    assert _reasons(managers[-1] if role == "manager" else "pi1b", states, managers) == []


@pytest.mark.parametrize(
    ("managers", "away", "spares"),
    [(THREE, 1, False), (FIVE, 1, True), (FIVE, 2, False)],
    ids=str,
)
def test_with_managers_away(managers: list[str], away: int, spares: bool) -> None:
    lost = managers[-away:]
    states = swarm_of(managers, lost, ["pi1b"])
    reasons = _reasons("pi8", states, managers)
    assert (reasons == []) is spares
    if not spares:
        (reason,) = reasons
        left = len(managers) - away - 1
        assert f"{left} of {len(managers)} managers would be left" in reason
        assert f"bring {', '.join(lost)} back first" in reason
    assert _reasons("pi1b", states, managers) == [], "a worker takes part in no vote"


def test_the_one_that_is_away_already_is_no_loss() -> None:
    states = swarm_of(THREE, ["pi2a"])
    states["pi2a"] = manager("pi2a", None)
    assert _reasons("pi2a", states) == []


@pytest.mark.parametrize("other", ["manager", "worker"])
def test_one_at_a_time(other: str) -> None:
    states = swarm_of(THREE, workers=["pi1a", "pi1b"])
    name = "pi4" if other == "manager" else "pi1a"
    states[name] = stopped(manager(name, None) if other == "manager" else worker(name))
    assert f"the engine of {name} is stopped" in _reasons("pi1b", states)
    assert f"the engine of {name} is stopped" not in _reasons(name, states), "its own may be so"


def test_engines_that_were_in_no_swarm_do_not_count() -> None:
    states = swarm_of(THREE) | {"pi1a": blank(engine="stopped"), "pi1b": blank(), "pi1c": None}
    assert _reasons("pi8", states) == []


def test_without_a_swarm_nothing_speaks_against() -> None:
    states: dict[str, SwarmState | None] = dict.fromkeys(THREE, inactive())
    assert _reasons("pi8", states) == []
    assert _reasons("pi1a", {**states, "pi1a": None}) == []


def test_a_lost_quorum() -> None:
    states = swarm_of(THREE, ["pi4", "pi2a"], ["pi1a"]) | {"pi1b": inactive()}
    for member in ("pi8", "pi1a"):
        (reason,) = _reasons(member, states)
        assert "lost its quorum" in reason
    assert _reasons("pi1b", states) == [], "it is in no Swarm"


def test_two_managers_could_never_spare_one() -> None:
    # To refuse would be to refuse for ever; while a manager is promoted there are two for a moment.
    states: dict[str, SwarmState | None] = {
        name: manager(name, circle(["pi8", "pi4"])) for name in ("pi8", "pi4")
    }
    assert _reasons("pi8", states, ["pi8", "pi4"]) == []
