"""The Swarm as its managers see it."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from picluster.checks.cluster import Cluster
from picluster.checks.verdict import AskError
from picluster.contact.ssh import Result
from picluster.plan.errors import UserError
from picluster.plan.layout import managers

REPAIR = "pyinfra inventory.py deploys.swarm.apply"
_SECONDS = 8
_TIMED_OUT = 124
"""Exit code of `timeout` where the time is over."""

# The other way round, the ordinary user's timeout may not end root's sudo, and waits for it.
LIMITED = f"sudo -n timeout {_SECONDS}"
"""What a command that asks a manager begins with."""

_NODES = f"{LIMITED} docker node ls --format '{{{{json .}}}}'"


Lower = Annotated[str, AfterValidator(str.lower)]


class SwarmNode(BaseModel):
    """A node as a manager sees it."""

    model_config = ConfigDict(extra="ignore", frozen=True, validate_by_name=True)

    id: str = Field(alias="ID")
    name: str = Field(alias="Hostname")
    availability: Lower = Field(alias="Availability")
    state: Lower = Field(alias="Status")
    manager: Lower = Field("", alias="ManagerStatus")
    """leader, reachable or unreachable; empty for a worker."""

    @property
    def is_manager(self) -> bool:
        """Whether it manages the Swarm."""
        return bool(self.manager)

    @property
    def is_reachable(self) -> bool:
        """Whether the other managers reach it."""
        return self.manager in {"leader", "reachable"}


def no_manager(cluster: Cluster) -> str | None:
    """Why nobody can be asked: a condition of checks."""
    planned = managers(cluster.config)
    if any(name in cluster.logins for name in planned):
        return None
    return f"not asked: no manager answers ({', '.join(planned)})"


def nodes(cluster: Cluster) -> list[SwarmNode]:
    """All nodes that the Swarm knows. Raises AskError."""
    return cluster.once("swarm nodes", lambda: parse_nodes(ask_manager(cluster, _NODES)))


def parse_nodes(output: str) -> list[SwarmNode]:
    """From `docker node ls`, a line of JSON for each. Raises AskError."""
    try:
        found = [SwarmNode.model_validate_json(line) for line in output.splitlines() if line]
    except ValidationError:
        raise AskError(
            f"docker node ls answers something else than nodes: {output[:120]!r}",
            "sudo docker node ls on a manager has to list the nodes",
        ) from None
    return found


def ask_manager(cluster: Cluster, script: str) -> str:
    """What the first manager that can prints. Raises AskError with what each of them said."""
    said: list[str] = []
    codes: set[int | None] = set()
    for name in managers(cluster.config):
        if name not in cluster.logins:
            continue
        try:
            answer = cluster.run(name, script)
        except UserError as error:
            said.append(f"{name}: {error}")
            codes.add(None)
            continue
        if answer.code == 0:
            return answer.output
        said.append(f"{name}: {_complaint(answer)}")
        codes.add(answer.code)
    raise AskError(
        f"no manager can tell of the Swarm: {'; '.join(said)}",
        # Slow is not broken: nothing is to be started anew for it.
        "run the check again; if it stays so, see sudo docker node ls on a manager, which answers "
        "only while more than half of the managers are up"
        if codes == {_TIMED_OUT}
        else f"{REPAIR}; if Docker is down there: sudo systemctl start docker on the managers",
    )


def _complaint(answer: Result) -> str:
    """Why a command on a manager failed."""
    if answer.code == _TIMED_OUT:
        return f"no answer within {_SECONDS} s"
    return " ".join(answer.errors.split()) or f"exit code {answer.code}, without a word"
