"""Portainer as a user sees it: over its own API, past the deploy's client and its facts."""

from pathlib import Path
from typing import Any

import requests
import tomli
from docker.models.containers import Container

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import accidents, deploying, seen, swarm_seen

SERVER, AGENT = "portainer_server", "portainer-agent_agent"
BOARD = "pi2a"
"""Carries the server in a lab of three: the second strongest."""


def folder(under_test: LabUnderTest) -> Path:
    """Where this cluster's secrets are kept."""
    declared = tomli.loads(under_test.lab.cluster_toml.read_text())
    return deploying.ROOT / ".picluster" / "clusters" / str(declared["cluster"]["name"])


def password(under_test: LabUnderTest) -> str:
    """The administrator's."""
    return (folder(under_test) / "portainer-admin-password").read_text().strip()


def call(under_test: LabUnderTest, method: str, path: str, board: str, **more: Any) -> Any:
    """A request as the administrator, over TLS checked against the cluster's own authority."""
    url = f"https://{machine.board_of(under_test.boards[board]).address}:9443/api"
    ca = str(folder(under_test) / "ca-certificate.pem")
    opened = requests.post(
        f"{url}/auth",
        json={"Username": "admin", "Password": password(under_test)},
        verify=ca,
        timeout=30,
    )
    assert opened.status_code == 200, opened.text
    answer = requests.request(
        method,
        f"{url}{path}",
        headers={"Authorization": f"Bearer {opened.json()['jwt']}"},
        verify=ca,
        timeout=30,
        **more,
    )
    assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None


def environments(under_test: LabUnderTest, board: str = BOARD) -> list[dict[str, Any]]:
    """As the server lists them."""
    found: list[dict[str, Any]] = call(under_test, "GET", "/endpoints", board)
    return found


def agents(under_test: LabUnderTest, board: str = BOARD) -> set[str]:
    """Names of the nodes whose agents the server knows."""
    ours = [e for e in environments(under_test, board) if e["URL"] == "tcp://tasks.agent:9001"]
    path = f"/endpoints/{ours[0]['Id']}/docker/agents"
    return {agent["NodeName"] for agent in call(under_test, "GET", path, board)}


def is_healthy(under_test: LabUnderTest, board: str = BOARD) -> None:
    """The server sees every board, its page answers, and a run changes nothing."""
    assert agents(under_test, board) == set(under_test.boards)
    again = deploying.apply(under_test.environment)
    assert (again.code, again.changes, again.errors) == (0, 0, 0), again.executed


def mended(under_test: LabUnderTest, board: str = BOARD) -> deploying.Run:
    """One plain run announces what it then does, and leaves a healthy Portainer; that run."""
    dry = deploying.dry_run(under_test.environment)
    assert dry.code == 0, dry.log
    run = deploying.apply(under_test.environment)
    assert (run.code, run.errors) == (0, 0), run.log
    assert run.executed == dry.announced, run.log
    is_healthy(under_test, board)
    return run


def container(board: Container, service: str) -> str:
    """ID of a service's container on a board, once it runs there."""

    def there() -> bool:
        return bool(seen.shell(board, f"docker ps -q --filter name={service}").strip())

    accidents.wait_for(there, f"{service} does not run")
    return seen.shell(board, f"docker ps -q --filter name={service}").split()[0]


def image(under_test: LabUnderTest, service: str) -> str:
    """What the Swarm runs for a service, without its digest."""
    manager = swarm_seen.manager(under_test.boards)
    pattern = "{{.Spec.TaskTemplate.ContainerSpec.Image}}"
    found = seen.shell(manager, f"docker service inspect --format '{pattern}' {service}")
    return found.strip().partition("@")[0]
