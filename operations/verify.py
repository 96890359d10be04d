"""Looking at effects: operations that change nothing and fail a board that does not work."""

from collections.abc import Mapping, Sequence

from pyinfra import host, state
from pyinfra.api import operation

from facts.docker_effect import MemoryLimit
from facts.effect import BaseEffect
from operations import (
    hdfs_health,
    portainer_health,
    spark_health,
    swarm_health,
    swarm_stack_tasks,
    yarn_health,
)
from operations.acting import acting
from operations.failure import Commands, fail
from operations.hdfs_found import Where as NameNodeAt
from operations.portainer_access import Access
from operations.swarm_evidence import evidence, planned
from operations.values import WrongValueError, table, texts
from operations.yarn_found import Where as ResourceManagerAt
from picluster.plan.yarn import capacities

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
            yield fail(seen.verdict.refusal or seen.silence(host.name))
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


@operation()
def hdfs(namenode: NameNodeAt, datanodes: Mapping[str, str]) -> Commands:
    """
    Fail the host unless HDFS takes changes, and its NameNode sees the host's DataNode.

    + namenode: where it is
    + datanodes: name of each board with a DataNode to its IPv4 address

    Looks, and waits, only while a run executes.
    """
    try:
        datanodes = table("datanodes", datanodes)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if state.is_executing and (reason := hdfs_health.complaint(namenode, datanodes)) is not None:
        yield fail(reason)
        return
    host.noop("HDFS is as planned")


@operation()
def yarn(node: str, nodes: Mapping[str, Sequence[int]], manager: ResourceManagerAt) -> Commands:
    """
    Fail the host unless the ResourceManager has its NodeManager as planned.

    + node: what YARN calls it
    + nodes: the same of each node with a NodeManager to what that is to offer: memory in MiB, and
      vcores
    + manager: where the ResourceManager is, whose host is failed if that does not answer

    A node that was dismissed is as wished. Looks, and waits, only while a run executes.
    """
    try:
        wished = capacities(nodes)
    except ValueError as error:
        yield fail(str(error))
        return
    concerned = node in wished or host.name == manager.host
    if state.is_executing and concerned:
        reason = yarn_health.reason_against(node, wished.get(node), manager)
        if reason is not None:
            yield fail(reason)
            return
    host.noop("YARN has it as planned")


@operation()
def spark(history: str, page: str, version: str) -> Commands:
    """
    Fail the host of Spark's history server unless that answers, and has the wished version.

    + history: name of that host
    + page: where it listens, such as ``http://192.0.2.11:18080``
    + version: of Spark

    To be called on every host. Looks, and waits, only while a run executes.
    """
    try:
        values = table("arguments", {"history": history, "page": page, "version": version})
    except WrongValueError as error:
        yield fail(str(error))
        return
    if (
        state.is_executing
        and host.name == history
        and (reason := spark_health.complaint(**values)) is not None
    ):
        yield fail(reason)
        return
    host.noop("its history server answers")
