"""Runs killed while they make the Swarm; each ends as if nothing had happened."""

from collections.abc import Callable

import pytest

from picluster.lab import machine
from tests.conftest import History, LabUnderTest
from tests.lab import swarm_seen
from tests.lab.interrupting import Boards, When, held, release, starts, within
from tests.lab.resuming import ends_as_undisturbed

THREE = {"pi8", "pi2a", "pi1a"}

# A run killed when one of these begins is a run killed after the one before it.
OPERATIONS = (
    "Install Docker",
    "Start Docker",
    "Create the Swarm",
    "Set the life of certificates",
    "Join the Swarm",
    "Promote to manager",
    "Set labels and availability",
)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_killed_when_it_begins(converged: LabUnderTest, history: History, operation: str) -> None:
    ends_as_undisturbed(converged, history, starts(operation))
    swarm_seen.is_healthy(converged, THREE)


def let_go(boards: Boards) -> None:
    """What waited on the board goes on although nobody listens any more."""
    release(boards["pi1a"], "curl")


def power_cut(boards: Boards) -> None:
    """The board loses its power together with the controller."""
    machine.cut_power(boards["pi1a"])
    machine.start(boards["pi1a"])
    release(boards["pi1a"], "curl")


JOINING = held("Join the Swarm", "pi1a", "curl", "swarm/join")
ENGINE_STARTS = within("Start Docker", "pi1a", "pgrep -x dockerd >/dev/null")

MIDDLES: dict[str, tuple[When, Callable[[Boards], None]]] = {
    "join on its way, the board goes on": (JOINING, let_go),
    "join on its way, power cut": (JOINING, power_cut),
    "engine starting, power cut": (ENGINE_STARTS, power_cut),
    "dpkg at work, power cut": (
        within("Install Docker", "pi1a", "pgrep -x dpkg >/dev/null"),
        power_cut,
    ),
}


@pytest.mark.parametrize("middle", MIDDLES)
def test_killed_in_the_middle(converged: LabUnderTest, history: History, middle: str) -> None:
    when, afterwards = MIDDLES[middle]
    ends_as_undisturbed(converged, history, when, afterwards)
    swarm_seen.is_healthy(converged, THREE)
