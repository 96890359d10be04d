"""Looking at effects: operations that change nothing and fail a board that does not work."""

from pyinfra import host, state
from pyinfra.api import operation

from facts.docker_effect import MemoryLimit
from facts.effect import BaseEffect
from operations import swarm_health
from operations.failure import Commands, fail
from operations.swarm_evidence import planned
from operations.values import WrongValueError


@operation()
def base(hostname: str, address: str) -> Commands:
    """
    Fail the board unless its memory cgroup is on and its name leads to its LAN address.

    + hostname: the board's name
    + address: its LAN address

    Looks only while a run executes: before that, nothing has had the chance to take effect.
    """
    wished = {"hostname": hostname, "address": address}
    if state.is_executing and host.get_fact(BaseEffect, **wished) is None:
        yield fail()
        return
    host.noop("what was written has its effect")


@operation()
def swarm(managers: list[str]) -> Commands:
    """
    Fail the host unless the Swarm's managers see its node ready, and in its wished role.

    + managers: names of the hosts that manage the Swarm

    Looks, and waits, only while a run executes.
    """
    try:
        managers = planned(managers)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if state.is_executing and (reason := swarm_health.complaint(managers)) is not None:
        yield fail(reason)
        return
    host.noop("its node is ready")


@operation()
def docker() -> Commands:
    """
    Fail the board unless a container's memory limit really limits it.

    Looks only while a run executes, once for each start of the engine.
    """
    if state.is_executing:
        found = host.get_fact(MemoryLimit)
        if found is None:
            yield fail()
            return
        if found["complaint"] is not None:
            yield fail(found["complaint"])
            return
    host.noop("memory limits of containers hold")
