"""What a fault is: done to a board, seen by a user, and ended in one of three ways."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.conftest import LabUnderTest

Step = Callable[[LabUnderTest], object]
"""Something that is done."""
Look = Callable[[LabUnderTest], str | None]
"""The words that a user sees, None as long as there are none. Raises AssertionError where it shows
that they will not come.
"""


@dataclass(frozen=True)
class Ends:
    """How a fault ends, from the moment at which its cause is gone."""

    how: str
    """As the table of docs/reliability.md says it."""
    by: Step | None = None
    """What its owner does; None where that is nothing."""
    mends: Mapping[str, frozenset[str]] | None = None
    """What one plain run has to change, None where that is not known exactly. Agents of Portainer
    that lost each other do not count here: whether they do is a matter of moments.
    """
    runs: bool = False
    """Whether a plain run is needed."""
    but_agents: bool = False
    """Whether Portainer's agents may have lost each other meanwhile, which takes a plain run."""


@dataclass(frozen=True)
class Fault:
    """One line of the table."""

    title: str
    do: Step
    seen: Look
    ends: Ends
    undo: Step | None = None
    """Takes its cause away, where it does not go by itself: the cable is plugged in again. Called
    also where something failed before.
    """
    within: float = 120.0
    """Seconds in which all is well again, from `undo`, or from `do` where there is none. Measured
    without what else the machine has to do it is far less: the table shows it.
    """
    tidy: Step | None = None
    """Takes away what only the play has brought, when the fault is over."""
    loses: str | None = None
    """The board whose own volume is gone with its card; nothing else ever is."""


def by_itself() -> Ends:
    """Nobody does anything."""
    return Ends("by itself")


def by_itself_but_agents() -> Ends:
    """The same where Portainer's agents may have lost each other: boards were apart for the fifteen
    seconds after which they forget who is silent; or an agent started anew while its engine found
    its way back, and looks for the others in its first seconds only.
    """
    return Ends("by itself", but_agents=True)


def one_run(mends: Mapping[str, str] | None = None) -> Ends:
    """A plain `deploys/all.py`.

    + mends: operation to the names of the boards that it changes; None where that is not known
    """
    changes = None
    if mends is not None:
        changes = {name: frozenset(boards.split()) for name, boards in mends.items()}
    return Ends("one plain run", runs=True, mends=changes)


def command(words: str, by: Step, *, then_run: bool = False) -> Ends:
    """A documented command, with a plain run after it where it takes one."""
    return Ends(f"`{words}`" + (", then one plain run" if then_run else ""), by, runs=then_run)
