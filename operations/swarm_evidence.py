"""What all boards say about their Swarm, read once for all operations until something changes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from pyinfra import host, inventory

from facts.swarm import Swarm
from operations import peers
from operations.values import WrongValueError, texts
from picluster.plan.swarm import SwarmNode, SwarmState, Verdict, judge
from picluster.plan.swarm_members import Membership, membership, refusal_of

POLL_SECONDS = 1.0
WAIT_SECONDS = 90
"""A Swarm elects a leader within seconds; a Pi 3 that boots, and starts all else too, needs longer
for its engine."""


@dataclass(frozen=True)
class Evidence:
    """The words of all boards that could be asked, and what they mean."""

    states: dict[str, SwarmState | None]
    verdict: Verdict

    def membership(self, name: str) -> Membership:
        """A board's place in the Swarm; `unknown` for one that did not answer."""
        state = self.states.get(name)
        return "unknown" if state is None else membership(state, self.verdict)

    def node(self, name: str) -> SwarmNode | None:
        """The board's own entry in the Swarm, None where it has none."""
        state = self.states.get(name)
        return None if state is None else self.verdict.node(state["node_id"])

    def refusal(self, name: str) -> str | None:
        """Why nothing may be done on this board, and what to do about it."""
        if self.verdict.refusal is not None:
            return self.verdict.refusal
        state = self.states.get(name)
        return self.silence(name) if state is None else refusal_of(name, state, self.verdict)

    def silence(self, name: str) -> str | None:
        """Why nobody knows this board's place in the Swarm; None for one that told it.

        To be said of the board as an error: left alone without one, it would look as if it were as
        planned.
        """
        if self.states.get(name) is not None:
            return None
        return (
            "the board did not tell of its Swarm, so it is left alone: "
            f"{peers.why_silent(name, Swarm)}. Run again when that is mended"
        )


def planned(managers: object) -> list[str]:
    """Names of the hosts that are to manage the Swarm. Raises WrongValueError."""
    names = texts("managers", managers)
    if not names:
        raise WrongValueError("managers is empty: name the hosts that are to manage the Swarm")
    for name in names:
        if inventory.get_host(name, None) is None:
            raise WrongValueError(f"managers: the inventory has no host {name!r}")
    return names


def evidence(managers: Sequence[str], among: Sequence[str] | None = None) -> Evidence:
    """What this run's boards and the planned managers say, also those that `--limit` leaves out.

    + managers: names of the hosts that are planned to manage the Swarm, the strongest first
    + among: the hosts that are enough to be asked, for one who waits
    """
    if among is not None:
        states = {name: peers.ask(name, Swarm) for name in among}
        return Evidence(states, judge(states, [name for name in managers if name in among]))
    asked = [host.name]  # first, so that every board's own greenlet asks it, and all at once
    asked += [name for name in managers if name not in asked]
    asked += [h.name for h in inventory if h.connected and h.name not in asked]
    states = _asked(asked)
    verdict = judge(states, managers)
    deadline = time.monotonic() + WAIT_SECONDS
    while verdict.split and time.monotonic() < deadline:
        # Managers that come back after a recovery are told so by the first one that they reach.
        time.sleep(POLL_SECONDS)
        peers.forget()
        states = _asked(asked)
        verdict = judge(states, managers)
    if verdict.is_new:
        # Before one is made: a board that --limit leaves out may manage a Swarm since long.
        states |= _asked([h.name for h in inventory if h.name not in asked])
        verdict = judge(states, managers)
    return Evidence(states, verdict)


def _asked(names: Sequence[str]) -> dict[str, SwarmState | None]:
    return {name: peers.ask(name, Swarm, wait=WAIT_SECONDS) for name in names}
