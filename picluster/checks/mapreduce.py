"""Whether MapReduce runs a job, and its history server shows it."""

import re

from pydantic import BaseModel, ConfigDict

from picluster.checks import http
from picluster.checks.check import SSH, Check
from picluster.checks.cluster import Cluster
from picluster.checks.conditions import first, silent, yarn_is_off
from picluster.checks.polling import until
from picluster.checks.submitted import Done, complaint, new_tag, submit
from picluster.checks.verdict import AskError, Verdict, failed, passed
from picluster.plan.hadoop_ports import HISTORY_HTTP

MAPS, SAMPLES = 2, 1000
_EXAMPLES = "/opt/hadoop/examples/hadoop-mapreduce-examples-*.jar"
HISTORY_SECONDS = 30.0
"""A job that is done comes to the history server a little later."""


class JobReport(BaseModel):
    """A job as the history server shows it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    state: str


class _Job(BaseModel):
    job: JobReport


def judge(done: Done) -> Verdict:
    """From how the job ended, and the number that it found."""
    if (error := complaint("MapReduce's job", done)) is not None:
        raise error
    found = re.search(r"Estimated value of Pi is ([\d.]+)", done.output)
    if found is None or not 3 < float(found[1]) < 3.3:
        return failed(
            f"MapReduce's job found {found[1] if found else 'no number'} for Pi",
            f"run it by hand on the head board: yarn jar {_EXAMPLES} pi {MAPS} {SAMPLES}",
        )
    return passed(f"{MAPS} maps find {found[1]} for Pi")


def judge_history(job: str, state: str | None) -> Verdict:
    """From the state that the history server tells, None where it does not know the job."""
    if state == "SUCCEEDED":
        return passed(f"it shows {job}")
    told = f"shows {job} as {state}" if state else f"does not show {job}"
    return failed(
        f"MapReduce's history server {told}",
        "sudo journalctl -u mapred-historyserver on its board; pyinfra inventory.py "
        "deploys.yarn.apply",
    )


def ask(cluster: Cluster) -> Verdict:
    """Lets MapReduce estimate Pi."""
    tag = new_tag()
    # The shell's own, since the jar's version is not the check's to know.
    jar = f'set -- {_EXAMPLES}; exec yarn jar "$1" pi -Dmapreduce.job.tags={tag} {MAPS} {SAMPLES}'
    done = submit(cluster, ["sh", "-c", jar], tag)
    if done.application is not None:
        cluster.ran["mapreduce"] = done.application.id
    return judge(done)


def ask_history(cluster: Cluster) -> Verdict:
    """Looks for the job that was just run."""
    job = cluster.ran["mapreduce"].replace("application", "job")
    address = cluster.address_of("historyserver")
    url = f"http://{address}:{HISTORY_HTTP}/ws/v1/history/mapreduce/jobs/{job}"

    def state() -> str | None:
        try:
            return http.json(_Job, url, "").job.state
        except AskError:
            return None

    return judge_history(job, until(state, lambda one: one == "SUCCEEDED", HISTORY_SECONDS))


CHECK = Check(
    "mapreduce",
    "MapReduce runs a job",
    f"Hadoop's example that estimates Pi with {MAPS} maps, run on the head as the ordinary user",
    ask,
    first(yarn_is_off, silent("resourcemanager")),
    needs=("hdfs-safe-mode",),
    # Afterwards, so that the job does not slow down what is measured in seconds.
    after=(SSH, "clocks", "memory-limits", "names", "services", "portainer-agents", "hdfs-files"),
    is_job=True,
)
HISTORY = Check(
    "mapreduce-history",
    "MapReduce's history server shows the job",
    "the job that was just run, over the history server's page",
    ask_history,
    first(yarn_is_off, silent("historyserver")),
    needs=("mapreduce",),
    is_job=True,
)
