"""Jobs that a check runs on the head board as the ordinary user, and what became of them."""

import re
import shlex
from dataclasses import dataclass
from secrets import token_hex

from pydantic import BaseModel, ConfigDict, Field

from picluster.checks import http
from picluster.checks.cluster import Cluster
from picluster.checks.verdict import AskError
from picluster.plan.hadoop_ports import RESOURCEMANAGER_HTTP

JOB_SECONDS = 600
"""After which a job is given up and killed: on a lab of seven on two busy cores the slowest took a
third of this."""

# A connection that says nothing for a minute is taken for broken, hence a line now and then.
_SCRIPT = """(while sleep 15 >/dev/null 2>&1; do echo; done) & beat=$!
timeout {seconds} {command} 2>&1
code=$?
kill $beat
exit $code"""

_TIMED_OUT = 124  # of timeout(1)
_TELLING = re.compile(r"Exception|Error|error:|Permission denied|not found|No such file|FAILED")


class Application(BaseModel):
    """A job as the ResourceManager knows it."""

    model_config = ConfigDict(extra="ignore", frozen=True, validate_by_name=True)

    id: str
    state: str = ""
    final: str = Field("", alias="finalStatus")
    """SUCCEEDED, FAILED, KILLED; UNDEFINED while it runs."""
    diagnostics: str = ""


class _List(BaseModel):
    app: list[Application] = []


class _Applications(BaseModel):
    apps: _List | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A command that submitted a job, and ended."""

    code: int
    output: str
    application: Application | None
    """None where YARN has not heard of it."""

    @property
    def last_words(self) -> str:
        """The line of its output that tells most about an end that is not good."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        telling = [line for line in lines if _TELLING.search(line)] or lines
        return telling[-1][:300] if telling else "it said nothing"


def new_tag() -> str:
    """By which a job is found again among others."""
    return f"picluster-check-{token_hex(6)}"


def submit(cluster: Cluster, command: list[str], tag: str) -> Done:
    """Runs a command on the head and waits for its end. Raises LoginError, AskError.

    + tag: of the job, which the command gives it
    """
    (head,) = cluster.plan.having("resourcemanager")
    script = _SCRIPT.format(seconds=JOB_SECONDS, command=shlex.join(command))
    answer = cluster.run(head, script)
    application = _tagged(cluster, tag)
    if answer.code == _TIMED_OUT and application is not None:
        cluster.run(head, f"yarn application -kill {shlex.quote(application.id)}")
    return Done(answer.code, answer.output, application)


def _tagged(cluster: Cluster, tag: str) -> Application | None:
    url = (
        f"http://{cluster.address_of('resourcemanager')}:{RESOURCEMANAGER_HTTP}/ws/v1/cluster/apps"
    )
    remedy = "sudo systemctl start yarn-resourcemanager on its board"
    found = http.json(_Applications, f"{url}?applicationTags={tag}", remedy)
    return next(iter(found.apps.app if found.apps else []), None)


def complaint(title: str, done: Done) -> AskError | None:
    """Why a job did not end well; None where it did.

    + title: of the job, for the message
    """
    application = done.application
    well = done.code == 0 and application is not None and application.final == "SUCCEEDED"
    if well:
        return None
    if done.code == _TIMED_OUT:
        reason = f"was not done after {JOB_SECONDS} s, and was killed"
    elif application is None:
        reason = f"never came to YARN (exit code {done.code}): {done.last_words}"
    else:
        told = " ".join(application.diagnostics.split())[:400]
        reason = (
            f"ended {application.final or application.state} (exit code {done.code}): "
            f"{told or done.last_words}"
        )
    remedy = (
        f"yarn logs -applicationId {application.id} on the head board tells all"
        if application is not None
        else "run the same by hand on the head board as the ordinary user"
    )
    return AskError(f"{title} {reason}", remedy)
