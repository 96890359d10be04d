"""Steps that take a board's engine away for a while: one board after the other, as long as all is
well.

pyinfra goes on with the next board after one has failed, and in no particular order; so each step
looks at the cluster itself before it begins.
"""

import time
from collections.abc import Callable, Sequence

from gevent.lock import RLock
from pyinfra import logger
from pyinfra.api import Host, State

from operations import peers
from operations.failure import failed
from operations.swarm_evidence import Evidence, evidence
from picluster.plan.swarm_restart import reasons_against_restart

POLL_SECONDS = 1.0
WELL_SECONDS = 180
"""A Pi 3 that boots needs over a minute for its engine and to find its Swarm."""

PATIENCE_SECONDS = 60
"""For boards that are on their way back: three missed heartbeats, and an election."""

_turn = RLock()

# Boards whose step began in this run and has not ended well.
_unwell: set[str] = set()


def step(
    state: State, host: Host, managers: Sequence[str], what: str, action: Callable[[], bool]
) -> bool:
    """Does something that takes this board's engine away, when the cluster can spare it.

    + managers: names of the hosts that manage the Swarm
    + what: what is done, for messages, such as "Docker restarts"
    + action: does it and says whether it went well; it tells itself why not

    False, which fails the host, when the roll has stopped: another board's step did not end well,
    the engine of another board is stopped, or too few managers would be left. Ends when the board
    is back in its Swarm.
    """
    with _turn:
        if (reason := obstacle(host, managers)) is not None:
            return failed(host, f"{what} not: {reason}")
        _unwell.add(host.name)
        logger.info(f"{host.print_prefix}{what}")
        done = action()
        peers.forget()
        if not done:
            return False
        return well(host, managers)


def obstacle(host: Host, managers: Sequence[str]) -> str | None:
    """Why this board must be left as it is for now; None when nothing speaks against."""
    if others := sorted(_unwell - {host.name}):
        return f"{', '.join(others)} did not end its step well; mend that, and run again"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        seen = _fresh(managers)
        reasons = reasons_against_restart(host.name, seen.states, seen.verdict)
        if not reasons:
            return None
        # Another board's engine may have been started just now, and look for its Swarm still.
        if time.monotonic() > deadline:
            return "; ".join(reasons)
        time.sleep(POLL_SECONDS)


def _fresh(managers: Sequence[str]) -> Evidence:
    """What the boards say now; nothing of it is kept, since the next step changes it."""
    peers.forget()
    try:
        return evidence(managers)
    finally:
        peers.forget()


def well(host: Host, managers: Sequence[str]) -> bool:
    """Waits until this board is back in its Swarm, if it was in one; False fails the host."""
    _unwell.add(host.name)
    deadline = time.monotonic() + WELL_SECONDS
    while True:
        seen = _fresh(managers)
        if (reason := _still_unwell(seen, host.name)) is None:
            _unwell.discard(host.name)
            return True
        if time.monotonic() > deadline:
            return failed(host, f"{reason}, {WELL_SECONDS} seconds after its step")
        time.sleep(POLL_SECONDS)


def _still_unwell(seen: Evidence, name: str) -> str | None:
    state, node = seen.states.get(name), seen.node(name)
    if state is None:
        return "it does not answer"
    if state["swarm_id"] is None:
        return None
    if state["state"] != "active":
        # The managers miss it only after three heartbeats.
        return f"its engine is {state['state'] or state['engine']}, and not active in its Swarm"
    if node is None or node["state"] != "ready":
        return "its Swarm does not see it ready"
    if node["reachability"] is not None and name not in seen.verdict.through:
        return "it does not manage its Swarm yet"
    return None
