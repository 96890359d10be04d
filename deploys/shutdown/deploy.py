"""The shutdown deploy: pyinfra inventory.py deploys.shutdown.apply [--limit NODE]"""

from pyinfra import host, inventory, logger, state
from pyinfra.api import deploy

from deploys import hdfs
from deploys.hadoop.commands import HDFS, YARN
from deploys.roles import hosts, managers
from deploys.yarn.deploy import resourcemanager
from operations import hdfs_rest, power, yarn_jobs
from operations.difference import unseen
from operations.failure import refuse
from operations.hdfs_found import Where as NameNodeAt
from operations.hdfs_found import namenode_of
from operations.swarm_evidence import evidence
from operations.yarn_found import Where
from picluster.plan.errors import UserError
from picluster.plan.shutdown import REST, STAGES, few_copies, stage_of, too_few_managers
from picluster.plan.yarn_jobs import Agreed, agreed_to, named

_TITLES = {
    "workers": "Switch the workers off",
    "managers": "Switch the other managers off",
    "head": "Switch the head off",
}


@deploy("Shutdown")
def apply() -> None:
    """Switches the boards of this run off: workers, then managers, the head last.

    Refuses on each of them while YARN has jobs that it would end and that nobody has agreed to end
    (--data stop_jobs= takes their IDs, or yes for all), and where the Swarm would lose its quorum
    without the whole cluster being switched off. Nothing is drained: services come back where they
    were when the boards do.
    """
    manager, namenode = resourcemanager(), hdfs.namenode()
    chosen = [other.name for other in inventory if state.is_host_in_limit(other)]
    is_whole = len(chosen) == len(list(inventory))
    agreed = _agreed()
    again = " ".join(["picluster shutdown", *([] if is_whole else chosen), "--stop-jobs"])
    ends_jobs = manager is not None and manager.host in chosen
    if manager is not None and ends_jobs:
        _refuse_for_jobs(manager, agreed, again)
    elif manager is not None:
        _warn_of_jobs(manager)
    if not is_whole:
        _refuse_for_quorum(chosen)
    if namenode is not None and namenode.host not in chosen:
        _warn_of_copies(namenode, chosen)
    power.remember_absent(state)
    if manager is not None:
        yarn_jobs.end(
            name="End YARN's jobs",
            manager=manager,
            command=[YARN.path],
            accepted=None if agreed.all_of_them else sorted(agreed.ids),
            present=ends_jobs,
        )
    if namenode is not None:
        hdfs_rest.rest(
            name=REST,
            namenode=namenode,
            command=[HDFS.path],
            present=namenode.host in chosen,
        )
    own = stage_of(host.data.cluster, host.data.plan, host.data.node.name)
    for stage in STAGES:
        power.off(name=_TITLES[stage], present=own == stage)


def _agreed() -> Agreed:
    """Which jobs may be ended; leaves this host alone where that cannot be understood."""
    try:
        return agreed_to(host.data.get("stop_jobs"))
    except UserError as error:
        refuse(f"--data {error}")


def _refuse_for_jobs(manager: Where, agreed: Agreed, again: str) -> None:
    """Leaves this host alone while jobs run that nobody has agreed to end.

    + again: what to type to let them be ended
    """
    found = yarn_jobs.jobs_at(manager)
    if found is None and not inventory.get_host(manager.host).connected:
        return  # its board went away, and with it YARN
    if found is None or (found["active"] and found["jobs"] is None):
        why = f"the ResourceManager on {manager.host} does not tell whether jobs run"
        if agreed.all_of_them:
            unseen("YARN's jobs", why, [])
            return
        refuse(
            f"{why}: see journalctl -u yarn-resourcemanager there, or let be ended whatever runs: "
            f"{again} (or --data stop_jobs=yes)"
        )
    others = agreed.others(found["jobs"] or [])
    if others and agreed.ids:
        refuse(
            f"jobs have begun that nobody has agreed to end: {named(others)}. Nothing was touched. "
            f"Wait for their end, or see all and decide anew: {again}"
        )
    if others:
        refuse(
            f"jobs run: {named(others)}. Wait for their end, or let them be ended: {again} "
            "(or --data stop_jobs=yes)"
        )


def _warn_of_jobs(manager: Where) -> None:
    """Says which jobs run, once for each host, where they go on without it."""
    found = yarn_jobs.jobs_at(manager)
    if found is not None and found["jobs"]:
        _warn(f"jobs run: {named(found['jobs'])}. What of them runs here begins anew elsewhere")


def _warn_of_copies(namenode: NameNodeAt, chosen: list[str]) -> None:
    """Says what of HDFS others have too few copies of, once for each host."""
    found = namenode_of(namenode)
    if found is None or not found["answers"]:
        return
    plan, names = host.data.plan, hosts()
    planned = {names[name]: str(plan.node(name).node.address) for name in plan.having("datanode")}
    if warning := few_copies(planned, chosen, found["live"], plan.replication):
        _warn(warning)


def _warn(what: str) -> None:
    if (host.name, what) not in _told:
        _told.add((host.name, what))
        logger.warning(f"{host.print_prefix}{what}")


_told: set[tuple[str, str]] = set()


def _refuse_for_quorum(chosen: list[str]) -> None:
    """Leaves this host alone where the Swarm could not spare all that are chosen."""
    seen = evidence(managers())
    nodes = {found["node_id"] for name in chosen if (found := seen.states.get(name)) is not None}
    reason = too_few_managers(chosen, {node for node in nodes if node}, seen.verdict)
    if reason is not None:
        refuse(reason)
