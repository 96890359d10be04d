"""YARN's jobs: ended, before their boards are switched off."""

from shlex import quote

from pyinfra import host
from pyinfra.api import StringCommand, operation

from facts.yarn_jobs import YarnJobs
from operations import peers
from operations.difference import note
from operations.failure import Commands, fail
from operations.values import WrongValueError, texts
from operations.yarn_found import Where
from picluster.plan.hadoop_daemons import YARN_USER
from picluster.plan.yarn_jobs import JobsState


def jobs_at(where: Where) -> JobsState | None:
    """What the ResourceManager has to do; None where its board does not tell."""
    return peers.ask(where.host, YarnJobs, address=where.address)


@operation()
def end(manager: Where, command: list[str], present: bool = True) -> Commands:
    """
    End all jobs of YARN.

    + manager: where the ResourceManager is
    + command: words that begin a command of YARN's
    + present: whether jobs are to be ended at all

    To be called on every host. What a job has written into HDFS stays there.
    """
    try:
        command = texts("command", command)
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
    jobs = found["jobs"] or []
    if not jobs:
        host.noop("no job runs")
        return
    for job in jobs:
        note(f"job {job['name']}", job["state"].lower(), "ended")
    words = " ".join(quote(word) for word in command)
    ids = " ".join(quote(job["id"]) for job in jobs)
    # One after the other: each is a Java of its own. One that was over meanwhile is no error.
    yield StringCommand(
        f'for job in {ids}; do runuser -u {YARN_USER} -- {words} application -kill "$job" '
        "2>&1 | tail -n 1; done"
    )
