"""The Swarm as its managers see it."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from picluster.checks.cluster import Cluster
from picluster.checks.verdict import AskError
from picluster.plan.errors import UserError
from picluster.plan.layout import managers

REPAIR = "pyinfra inventory.py deploys.swarm.apply"
_SECONDS = 8

_NODES = f"timeout {_SECONDS} sudo -n docker node ls --format '{{{{json .}}}}'"


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
    said = []
    for name in managers(cluster.config):
        if name not in cluster.logins:
            continue
        try:
            answer = cluster.run(name, script)
        except UserError as error:
            said.append(f"{name}: {error}")
            continue
        if answer.code == 0:
            return answer.output
        words = " ".join(answer.errors.split()) or f"no answer within {_SECONDS} s"
        said.append(f"{name}: {words}")
    raise AskError(
        f"no manager can tell of the Swarm: {'; '.join(said)}",
        f"{REPAIR}; if Docker is down there: sudo systemctl start docker on the managers",
    )
