"""Whether Portainer's server sees the whole Swarm, and waiting until it does."""

import time
from collections.abc import Sequence

from pyinfra import host

from operations import peers
from operations.portainer_access import Access
from operations.portainer_found import Found, found
from picluster.plan.portainer import wrong_password
from picluster.portainer import PortainerError

POLL_SECONDS = 1.0
WAIT_SECONDS = 120
"""The server's next look at an environment may hang for half a minute before it ends."""
UP = 1
"""Portainer's number for an environment that answered last time."""


def complaint(managers: Sequence[str], server: str, access: Access) -> str | None:
    """What is wrong with it; None when it is well, and on hosts that do not speak to it."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        seen = found(server, managers, access)
        reason = _of_the_swarm(seen)
        if reason is None and host.name == seen.actor:
            reason = _complaint(seen, access)
        if reason is None:
            return None
        if time.monotonic() > deadline:
            return reason
        time.sleep(POLL_SECONDS)
        peers.forget()


def _of_the_swarm(seen: Found) -> str | None:
    if seen.seen.states[host.name] is None:
        return "it did not tell of its Swarm; see above"
    if seen.seen.verdict.refusal is not None:
        return seen.seen.verdict.refusal
    if not seen.seen.verdict.through:
        return "no board manages the Swarm: see what is said of the managers"
    return None


def _complaint(seen: Found, access: Access) -> str | None:
    server, environment = seen.server, seen.server.environment
    if not server.answers:
        return (
            f"this computer does not reach Portainer at {access.url}: {server.unreachable}. Is a "
            "firewall between them, or another network?"
        )
    if (reason := wrong_password(server, access.password_file)) is not None:
        return reason
    if not server.administrator:
        return "Portainer has no administrator: run a plain deploy"
    if environment is None:
        return "Portainer has no environment of the Swarm: run a plain deploy"
    if environment.status != UP:
        _look_again(access, environment.id)
        return f"Portainer calls its environment {environment.name} down"
    if seen.without_agent:
        return (
            f"Portainer does not see {', '.join(seen.without_agent)}: pyinfra inventory.py "
            "deploys.portainer.heal"
        )
    return None


def _look_again(access: Access, environment: int) -> None:
    """What the server calls up or down is as old as its last look, minutes."""
    try:
        access.logged_in().snapshot(environment)
    except PortainerError:
        return  # what it says afterwards counts, not whether it says that it has looked
