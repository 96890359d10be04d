"""The shutdown deploy: pyinfra inventory.py deploys.shutdown.apply [--limit NODE]"""

from pyinfra import host, inventory, logger, state
from pyinfra.api import deploy

from deploys import hdfs
from deploys.hadoop.commands import HDFS, YARN
from deploys.roles import managers
from deploys.yarn.deploy import resourcemanager
from operations import hdfs_rest, power, yarn_jobs
from operations.failure import refuse
from operations.swarm_evidence import evidence
from operations.yarn_found import Where
from picluster.plan.shutdown import STAGES, stage_of, too_few_managers
from picluster.plan.yarn_jobs import named

_TITLES = {
    "workers": "Switch the workers off",
    "managers": "Switch the other managers off",
    "head": "Switch the head off",
}


@deploy("Shutdown")
def apply() -> None:
    """Switches the boards of this run off: workers, then managers, the head last.

    Refuses on each of them while YARN has jobs that it would end (unless --data stop_jobs=yes), and
    where the Swarm would lose its quorum without the whole cluster being switched off. Nothing is
    drained: services come back where they were when the boards do.
    """
    manager, namenode = resourcemanager(), hdfs.namenode()
    chosen = [other.name for other in inventory if state.is_host_in_limit(other)]
    is_whole = len(chosen) == len(list(inventory))
    ends_jobs = manager is not None and manager.host in chosen
    if manager is not None:
        _refuse_for_jobs(manager, ends_jobs=ends_jobs)
    if not is_whole:
        _refuse_for_quorum(chosen)
    power.remember_absent(state)
    if manager is not None:
        yarn_jobs.end(
            name="End YARN's jobs", manager=manager, command=[YARN.path], present=ends_jobs
        )
    if namenode is not None:
        hdfs_rest.rest(
            name="Let HDFS come to rest",
            namenode=namenode,
            command=[HDFS.path],
            present=namenode.host in chosen,
        )
    own = stage_of(host.data.cluster, host.data.plan, host.data.node.name)
    for stage in STAGES:
        power.off(name=_TITLES[stage], present=own == stage)


def _refuse_for_jobs(manager: Where, *, ends_jobs: bool) -> None:
    """Leaves this host alone while jobs run that nobody has given up."""
    found = yarn_jobs.jobs_at(manager)
    jobs = found["jobs"] if found is not None else None
    accepted = str(host.data.get("stop_jobs")) == "yes"
    if jobs and ends_jobs and not accepted:
        refuse(
            f"jobs run: {named(jobs)}. Wait for their end, or let them be ended: picluster "
            "shutdown --stop-jobs (or --data stop_jobs=yes)"
        )
    if jobs and not ends_jobs and host.name not in _told:
        _told.add(host.name)
        logger.warning(
            f"{host.print_prefix}jobs run: {named(jobs)}. What of them runs here begins anew on "
            "another board"
        )
    if found is not None and found["active"] and jobs is None and ends_jobs and not accepted:
        refuse(
            f"the ResourceManager on {manager.host} runs and does not tell whether jobs do: see "
            "journalctl -u yarn-resourcemanager there, or say picluster shutdown --stop-jobs"
        )


_told: set[str] = set()


def _refuse_for_quorum(chosen: list[str]) -> None:
    """Leaves this host alone where the Swarm could not spare all that are chosen."""
    seen = evidence(managers())
    nodes = {found["node_id"] for name in chosen if (found := seen.states.get(name)) is not None}
    reason = too_few_managers(chosen, {node for node in nodes if node}, seen.verdict)
    if reason is not None:
        refuse(reason)
