"""YARN's jobs that are not over, as the ResourceManager of a board tells them."""

import json

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.arguments import RefusedArgumentError, refusal
from facts.yarn import UNIT, checked_address
from picluster.plan.yarn_jobs import Job, JobsState, jobs_of

STATES = "NEW,NEW_SAVING,SUBMITTED,ACCEPTED,RUNNING"

_COMMAND = r"""export LC_ALL=C
active=$(systemctl is-active @unit@ 2>/dev/null)
echo "active=${active:-unknown}"
jobs=
if [ "$active" = active ]; then
  page='http://@address@/ws/v1/cluster/apps?states=@states@'
  jobs=$(curl -s -f --noproxy '*' --max-time 10 "$page" 2>/dev/null | base64 -w0)
fi
echo "jobs=${jobs:+:}$jobs"
"""


def parse_jobs(output: list[str]) -> JobsState:
    """The board's answer as data; raises FactProcessError where it cannot be understood."""
    answer = Answer(output)
    active = answer.required("active") == "active"
    content = answer.file("jobs", "the ResourceManager's list of jobs")
    return JobsState(active=active, jobs=_jobs(content) if content else None)


def _jobs(content: bytes) -> list[Job]:
    try:
        return jobs_of(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FactProcessError(
            "the ResourceManager's list of jobs is not what Hadoop writes"
        ) from None


class YarnJobs(FactBase[JobsState | None]):
    """
    Returns whether the ResourceManager of a board runs, and YARN's jobs that are not over.
    ``None`` only where the fact failed, and the host with it.

    + address: IPv4 address that it listens at
    + port: TCP port of its page
    """

    @override
    def command(self, address: str, port: int = 8088) -> str:
        try:
            where = checked_address(address, port)
        except RefusedArgumentError as error:
            return refusal(error)
        values = {"@unit@": UNIT, "@address@": where, "@states@": STATES}
        command = _COMMAND
        for key, value in values.items():
            command = command.replace(key, value)
        return command

    @override
    def process(self, output: list[str]) -> JobsState:
        return parse_jobs(output)
