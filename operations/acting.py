"""Which host does what is to be done once for the whole Swarm."""

from collections.abc import Sequence

from pyinfra import inventory, state

from operations.swarm_evidence import Evidence


def acting(seen: Evidence, managers: Sequence[str]) -> str | None:
    """The first manager that is part of this run; where there is no Swarm yet, the one to make it.

    None while no manager can tell. A manager that has failed in this run stays the one: what it
    was to do first has not been done, so nobody goes on with what comes after.
    """
    candidates = managers[:1] if seen.verdict.is_new else seen.verdict.through
    hosts = {name: inventory.get_host(name, None) for name in candidates}
    return next((name for name in candidates if hosts[name] in state.activated_hosts), None)
