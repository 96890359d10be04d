"""Runs killed after each operation, and in the middle of some; each ends as if nothing happened."""

from collections.abc import Callable

import pytest

from picluster.lab import machine
from tests.conftest import History, LabUnderTest
from tests.lab.interrupting import Boards, When, held, release, says, starts, within
from tests.lab.resuming import ends_as_undisturbed

# A run killed when one of these begins is a run killed after the one before it.
OPERATIONS = (
    "Set the host name",
    "Write /etc/hosts and apt's proxy",
    "Set the time zone",
    "Install packages",
    "Set kernel arguments",
    "Set firmware settings",
    "Set up swap",
    "Write system settings",
    "Set kernel parameters",
    "Start the watchdog",
    "Reboot into what is wished",
    "Verify memory cgroup and name",
)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_killed_when_it_begins(converged: LabUnderTest, history: History, operation: str) -> None:
    ends_as_undisturbed(converged, history, starts(operation))


def power_cut(boards: Boards) -> None:
    """The board loses its power together with the controller."""
    machine.cut_power(boards["pi1a"])
    machine.start(boards["pi1a"])


def power_cut_of_a_held_board(program: str) -> Callable[[Boards], None]:
    """The same for a board that waits in a call of a program."""

    def happens(boards: Boards) -> None:
        power_cut(boards)
        release(boards["pi1a"], program)

    return happens


def let_go(program: str) -> Callable[[Boards], None]:
    """What waited on the board goes on although nobody listens any more."""
    return lambda boards: release(boards["pi1a"], program)


DPKG_WORKS = "pgrep -x dpkg >/dev/null"

MIDDLES: dict[str, tuple[When, Callable[[Boards], None]]] = {
    "dpkg at work, the board goes on": (
        within("Install packages", "pi1a", DPKG_WORKS),
        lambda boards: None,
    ),
    "dpkg at work, power cut": (within("Install packages", "pi1a", DPKG_WORKS), power_cut),
    "files staged, power cut": (
        held("Write system settings", "pi1a", "mv", "modules-load.d"),
        power_cut_of_a_held_board("mv"),
    ),
    "files staged, the board goes on": (
        held("Write system settings", "pi1a", "mv", "modules-load.d"),
        let_go("mv"),
    ),
    "kernel line staged, power cut": (
        held("Set kernel arguments", "pi1a", "mv", "cmdline.txt"),
        power_cut_of_a_held_board("mv"),
    ),
    "reboot of the first board": (says("Rebooting:"), lambda boards: None),
}


@pytest.mark.parametrize("middle", MIDDLES)
def test_killed_in_the_middle(converged: LabUnderTest, history: History, middle: str) -> None:
    when, afterwards = MIDDLES[middle]
    ends_as_undisturbed(converged, history, when, afterwards)
