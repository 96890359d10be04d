"""The Swarm as a manager tells of it, and the containers that boards run for it.

A part of tests/lab/fingerprint.py.
"""

import json
from collections import Counter
from typing import Any

from docker.models.containers import Container

from tests.conftest import LabUnderTest
from tests.lab import seen

_SECRET = ("SECRET", "TOKEN", "PASSWORD")
_OURS = "org.picluster."
"""Labels of a service that hold digests, keyed by a secret."""


def of_swarm(under_test: LabUnderTest) -> str:
    """Nodes, services, networks, configs, secrets, and what runs where."""
    boards = [board for board in under_test.boards.values() if board.status == "running"]
    manager = next((board for board in boards if _manages(board)), None)
    if manager is None:
        return "no Swarm"
    ask = _Asking(manager)
    return "\n".join(
        [
            *_settings(ask),
            *sorted(map(_node, ask.all("node"))),
            *sorted(map(_service, ask.all("service"))),
            *sorted(
                f"network {n['Name']} {n['Driver']}"
                for n in ask.all("network")
                if n["Scope"] == "swarm"
            ),
            *sorted(
                f"{kind} {found['Spec']['Name']}"
                for kind in ("config", "secret")
                for found in ask.all(kind)
            ),
            # Of a replicated service nobody has said on which boards.
            *sorted(
                f"{count} containers of {task}"
                for task, count in Counter(t for b in boards for t in _tasks(b)).items()
            ),
        ]
    )


def _manages(board: Container) -> bool:
    return "yes" in seen.told(board, "docker node ls >/dev/null 2>&1 && echo yes").split()


class _Asking:
    """Questions to the engine of one board."""

    def __init__(self, board: Container) -> None:
        self.board = board

    def all(self, kind: str) -> list[dict[str, Any]]:
        """All objects of a kind."""
        script = f"docker {kind} ls -q | xargs -r docker {kind} inspect --format '{{{{json .}}}}'"
        lines = seen.told(self.board, script).splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


def _settings(ask: _Asking) -> list[str]:
    output = seen.told(ask.board, "docker info --format '{{json .Swarm.Cluster}}' 2>/dev/null")
    found = json.loads(output)
    return [
        f"certificates {found['Spec']['CAConfig']['NodeCertExpiry']}",
        f"pool {found['DefaultAddrPool']} {found['SubnetSize']}",
    ]


def _node(node: dict[str, Any]) -> str:
    spec, circle = node["Spec"], node.get("ManagerStatus") or {}
    return (
        f"node {node['Description']['Hostname']} {node['Status']['State']} {spec['Role']} "
        f"{circle.get('Reachability', '')} {spec['Availability']} {_text(spec['Labels'])}"
    )


def _service(service: dict[str, Any]) -> str:
    spec = service["Spec"]
    template = spec["TaskTemplate"]
    container = template["ContainerSpec"]
    container["Image"] = container["Image"].partition("@")[0]
    container["Env"] = sorted(map(_public, container.get("Env") or []))
    container["Mounts"] = sorted(container.get("Mounts") or [], key=_text)
    for kind in ("Configs", "Secrets"):
        # By name: their IDs are made up.
        container[kind] = sorted(each[f"{kind[:-1]}Name"] for each in container.get(kind) or [])
    # How often it was told to start its tasks anew.
    template.pop("ForceUpdate", None)
    template["Networks"] = len(template.get("Networks") or [])
    labels = {key: value for key, value in spec["Labels"].items() if not key.startswith(_OURS)}
    rest = [spec["Mode"], labels, template, spec.get("EndpointSpec"), spec.get("UpdateConfig")]
    return f"service {spec['Name']} {' '.join(map(_text, rest))}"


def _public(variable: str) -> str:
    name, _, value = variable.partition("=")
    return name if any(word in name for word in _SECRET) else f"{name}={value}"


def _tasks(board: Container) -> list[str]:
    """Service and image of each container that runs for a service."""
    label = "com.docker.swarm.service.name"
    pattern = f'{{{{.Label "{label}"}}}} {{{{.Image}}}}'
    output = seen.told(board, f"docker ps --filter label={label} --format '{pattern}' 2>/dev/null")
    return [line.partition("@")[0] for line in output.splitlines()]


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
