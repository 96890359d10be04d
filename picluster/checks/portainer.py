"""Whether Portainer's page answers, and sees an agent on every board."""

from collections.abc import Collection, Iterator
from pathlib import Path

from picluster.authority import CERTIFICATE
from picluster.checks.check import Check
from picluster.checks.cluster import Cluster
from picluster.checks.conditions import board_is_silent, first, portainer_is_off
from picluster.checks.verdict import AskError, Problem, Verdict, judged, passed
from picluster.plan.layout import portainer as planned_node
from picluster.plan.portainer import (
    ADMINISTRATOR,
    AGENT,
    AGENT_SERVICE,
    AGENT_URL,
    PORT,
    SERVER_SERVICE,
)
from picluster.portainer import (
    BannedError,
    Portainer,
    PortainerError,
    UnreachableError,
    WrongPasswordError,
)
from picluster.secrets import ADMINISTRATOR_PASSWORD, Secrets, administrator_password

REPAIR = "pyinfra inventory.py deploys.portainer.apply"
_READ_SECONDS = 6.0
_PATIENT_SECONDS = 30.0
"""The first request after an agent vanished hangs for more than 15 s."""


def server_is_silent(cluster: Cluster) -> str | None:
    """The board that carries the server does not answer."""
    return board_is_silent(cluster, planned_node(cluster.config))


def judge_version(found: str, wanted: str) -> Iterator[Problem]:
    """Another version than cluster.toml's."""
    if found != wanted:
        yield Problem(f"Portainer is version {found}, wanted: {wanted}", REPAIR)


def judge_agents(
    wanted: Collection[str], found: Collection[str], silent: Collection[str]
) -> Iterator[Problem]:
    """Boards whose agent Portainer does not see, and agents of no board."""
    if missing := sorted(set(wanted) - set(found) - set(silent)):
        yield Problem(
            f"Portainer sees no agent on {', '.join(missing)}",
            f"sudo docker service ps {AGENT_SERVICE} on a manager says whether it runs; if so: "
            "pyinfra inventory.py deploys.portainer.heal",
        )
    if strange := sorted(set(found) - set(wanted)):
        yield Problem(
            f"Portainer sees agents on {', '.join(strange)}, where none is planned",
            f"see sudo docker node ls on a manager, and cluster.toml; then {REPAIR}",
        )


def ask_server(cluster: Cluster) -> Verdict:
    """Asks the page for its version."""
    try:
        version = _client(cluster).status().version
    except PortainerError as error:
        raise AskError(
            str(error),
            f"sudo docker service ps --no-trunc {SERVER_SERVICE} on a manager; {REPAIR}",
        ) from None
    wanted = cluster.config.portainer.version
    return judged(f"version {version} at {_url(cluster)}", judge_version(version, wanted))


def ask_agents(cluster: Cluster) -> Verdict:
    """Asks, as its administrator, which agents it knows."""
    client = _client(cluster)
    password = _password(cluster)
    try:
        client.login(ADMINISTRATOR, password)
    except (WrongPasswordError, BannedError) as error:
        raise AskError(
            f"Portainer does not let its user {ADMINISTRATOR} in: {error}",
            f"write the right password into {_password_file(cluster)}; {REPAIR} says more",
        ) from None
    ours = [e for e in client.environments() if e.type == AGENT and e.url == AGENT_URL]
    if not ours:
        raise AskError("Portainer does not know the Swarm: it has no such environment", REPAIR)
    try:
        found = {agent.node_name for agent in client.agents(min(e.id for e in ours))}
    except UnreachableError as error:
        if cluster.silent:
            return passed(
                f"the server lets us in; its agents look for {', '.join(cluster.silent)} and do "
                "not answer meanwhile"
            )
        raise AskError(str(error), "pyinfra inventory.py deploys.portainer.heal") from None
    wanted = [node.name for node in cluster.nodes if node.availability != "drain"]
    return judged(
        f"{len(found)} of {len(wanted)} agents", judge_agents(wanted, found, cluster.silent)
    )


def _url(cluster: Cluster) -> str:
    return f"https://{cluster.address(planned_node(cluster.config))}:{PORT}"


def _client(cluster: Cluster) -> Portainer:
    seconds = _READ_SECONDS if cluster.quick else _PATIENT_SECONDS
    return Portainer(_url(cluster), cluster.secrets / CERTIFICATE, read_seconds=seconds)


def _password_file(cluster: Cluster) -> Path:
    own = cluster.config.portainer.admin_password_file
    return Path(own).expanduser() if own else cluster.secrets / ADMINISTRATOR_PASSWORD


def _password(cluster: Cluster) -> str:
    file = _password_file(cluster)
    if not file.exists():
        raise AskError(
            f"the password of Portainer's user {ADMINISTRATOR} is not here: no {file}",
            f"write it into that file (mode 600), or deploy from here: {REPAIR}",
        )
    own = file if cluster.config.portainer.admin_password_file else None
    return administrator_password(own, Secrets(cluster.secrets))


SERVER = Check(
    "portainer",
    "Portainer's page answers",
    "its version, over TLS by the certificate of the cluster's own authority",
    ask_server,
    first(portainer_is_off, server_is_silent),
)
AGENTS = Check(
    "portainer-agents",
    "Portainer sees an agent on every board",
    "the agents that its API lists for the Swarm, asked as its administrator",
    ask_agents,
    first(portainer_is_off, server_is_silent),
    needs=("portainer",),
)
