"""YARN's jobs: ended, before their boards are switched off."""

from collections.abc import Sequence
from shlex import quote

from pyinfra import host
from pyinfra.api import FunctionCommand, Host, State, StringCommand, operation

from facts.yarn import UNIT
from facts.yarn_jobs import YarnJobs
from operations import peers
from operations.difference import note
from operations.failure import Commands, fail, failed
from operations.values import WrongValueError, texts
from operations.yarn_found import Where
from picluster.plan.hadoop_daemons import YARN_USER
from picluster.plan.yarn_jobs import Agreed, Job, JobsState, is_id, named


def jobs_at(where: Where) -> JobsState | None:
    """What the ResourceManager has to do; None where its board does not tell."""
    return peers.ask(where.host, YarnJobs, address=where.address)


_SILENT = "the ResourceManager does not tell whether jobs run: see journalctl -u " + UNIT


@operation()
def end(
    manager: Where,
    command: list[str],
    accepted: list[str] | None = None,
    present: bool = True,
) -> Commands:
    """
    End YARN's jobs, and see that no other one has begun.

    + manager: where the ResourceManager is
    + command: words that begin a command of YARN's
    + accepted: IDs of the jobs that may be ended; None for all, whichever there are
    + present: whether jobs are to be ended at all

    To be called on every host. Where another job runs than those that may be ended, this fails
    and ends none; where one begins meanwhile, it fails afterwards. What a job has written into HDFS
    stays there.

    **Example:**

    .. code:: python

        yarn_jobs.end(
            name="End this job",
            manager=Where("pi8", "192.168.1.11"),
            command=["yarn"],
            accepted=["application_1700000000000_0001"],
        )
    """
    try:
        command = texts("command", command)
        agreed = _agreed(accepted)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if host.name != manager.host or not present:
        host.noop("no job is to be ended by this host")
        return
    found = jobs_at(manager)
    if found is None:
        yield fail("the board did not tell of YARN's jobs")
        return
    if found["active"] and found["jobs"] is None and not agreed.all_of_them:
        yield fail(_SILENT)
        return
    jobs = found["jobs"] or []
    if others := agreed.others(jobs):
        yield fail(_begun(others))
        return
    if not jobs:
        host.noop("no job runs")
        return
    for job in jobs:
        note(f"{job['id']} {job['name']} of {job['user']}", job["state"].lower(), "ended")
    words = " ".join(quote(word) for word in command)
    ids = " ".join(quote(job["id"]) for job in jobs)
    # One after the other: each is a Java of its own. One that was over meanwhile is no error.
    yield StringCommand(
        f'for job in {ids}; do runuser -u {YARN_USER} -- {words} application -kill "$job" '
        "2>&1 | tail -n 1; done"
    )
    yield FunctionCommand(_no_other, (manager, agreed), {})


def _agreed(accepted: object) -> Agreed:
    """Which jobs may be ended. Raises WrongValueError."""
    if accepted is None:
        return Agreed(all_of_them=True)
    ids = texts("accepted", accepted)
    for one in ids:
        if not is_id(one):
            raise WrongValueError(
                f"accepted: {one!r} is no ID of a job, such as application_1700000000000_0001"
            )
    return Agreed(frozenset(ids))


def _no_other(state: State, host: Host, manager: Where, agreed: Agreed) -> bool:
    """Whether none has begun while others were ended, which takes seconds for each."""
    if agreed.all_of_them:
        return True
    peers.forget()
    found = jobs_at(manager)
    if found is None or found["jobs"] is None:
        return failed(host, _SILENT)
    others = agreed.others(found["jobs"])
    return failed(host, _begun(others)) if others else True


def _begun(jobs: Sequence[Job]) -> str:
    return (
        f"jobs have begun that nobody has agreed to end: {named(jobs)}. Wait for their end, or run "
        "again and agree to it"
    )
