"""Looking at effects: operations that change nothing and fail a board that does not work."""

from pyinfra import host, state
from pyinfra.api import operation

from facts.docker_effect import MemoryLimit
from facts.effect import BaseEffect
from operations import portainer_health, swarm_health, swarm_stack_tasks
from operations.acting import acting
from operations.failure import Commands, fail
from operations.portainer_access import Access
from operations.swarm_evidence import evidence, planned
from operations.values import WrongValueError, texts

STACKS_SECONDS = 180
"""Tasks that ran before come back within this time after all boards have booted."""


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
def stacks(managers: list[str], names: list[str]) -> Commands:
    """
    Fail the manager unless all tasks of these stacks run.

    + managers: names of the hosts that manage the Swarm
    + names: the stacks

    To be called on every host; one manager looks, and waits, only while a run executes.
    """
    try:
        managers, names = planned(managers), texts("names", names)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if state.is_executing and names:
        seen = evidence(managers)
        if seen.states[host.name] is None or seen.verdict.refusal is not None:
            yield fail(seen.verdict.refusal)
            return
        if acting(seen, managers) == host.name:
            reason = swarm_stack_tasks.wait(host, names, STACKS_SECONDS, looks=1)
            if reason is not None:
                yield fail(f"tasks do not run: {reason}")
                return
    host.noop("the tasks of the stacks run")


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


@operation()
def portainer(managers: list[str], server: str, access: Access) -> Commands:
    """
    Fail the host that speaks to Portainer unless its server sees every node of the Swarm.

    + managers: names of the hosts that manage the Swarm
    + server: name of the host that carries Portainer's server
    + access: how the server is reached

    Looks, and waits, only while a run executes.
    """
    try:
        managers = planned(managers)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if state.is_executing and (reason := portainer_health.complaint(managers, server, access)):
        yield fail(reason)
        return
    host.noop("it sees all nodes")
