"""What a blank and what a converged board would answer about stacks and Portainer.

Portainer's server is answered for as well: no test speaks to one. FAKE_UNREACHABLE names it
(portainer) where it runs and cannot be reached, and boards that do not tell of their data.
"""

import base64
import json
import os
from collections.abc import Callable
from functools import cache
from typing import Any

from deploys.portainer import access, settings
from picluster.plan import layout
from picluster.plan.config import ClusterConfig
from picluster.plan.node import Node
from picluster.plan.portainer import (
    AGENT,
    AGENT_STACK,
    AGENT_URL,
    SERVER_SERVICE,
    SERVER_STACK,
    FoundEnvironment,
    FoundServer,
)
from picluster.plan.stack import StackWish, parse_stack

_BLANK = FoundServer(unreachable="nobody asked it: it is a fake")


def stacks_and_portainer(node: Node, cluster: ClusterConfig, *, converged: bool) -> dict[str, Any]:
    """Answer by a part of the command."""
    return {
        "com.docker.stack.namespace": _stacks(cluster) if converged else "",
        "portainer.db": "?"
        if unreachable(node.name)
        else _board(node, cluster, converged=converged),
    }


def server(cluster: ClusterConfig, *, converged: bool) -> Callable[..., FoundServer]:
    """Stands in the place of `operations.portainer_access.read`."""
    made = FoundEnvironment(id=1, name=cluster.cluster.name, type=AGENT, url=AGENT_URL)
    agents = frozenset(node.name for node in cluster.nodes)
    version = cluster.portainer.version
    found = FoundServer(
        version=version, administrator=True, telemetry=False, environments=(made,), agents=agents
    )
    answers = converged and not unreachable("portainer")
    return lambda *_, **__: found if answers else _BLANK


def unreachable(name: str) -> bool:
    """Whether what is called so is to give no answer."""
    return name in os.environ.get("FAKE_UNREACHABLE", "").split()


def _board(node: Node, cluster: ClusterConfig, *, converged: bool) -> str:
    here = converged and node.name == layout.portainer(cluster)
    manages = converged and node.name in layout.managers(cluster)
    values = {
        "data": str(int(here)),
        "broken_key": "0",
        "path": "/var/lib/docker/volumes/portainer_data/_data",
        "listener": "docker-proxy" if here else "",
        "holder": "portainer_server.1.x" if here else "",
        "service": SERVER_SERVICE if here else "",
        "image": f"portainer/portainer-ce:{cluster.portainer.version}" if manages else "",
    }
    return "\n".join(f"{key}={value}" for key, value in values.items())


@cache
def _wishes(cluster: ClusterConfig) -> list[StackWish]:
    """Both stacks, of the secrets that the deploy of this same process gets."""
    secrets = access._of(cluster)
    files = {"cert": secrets.certificate, "key": secrets.key}
    token = secrets.access.setup_token.text
    texts = {
        AGENT_STACK: settings.agent_stack(cluster, secrets.agent_secret),
        SERVER_STACK: settings.server_stack(cluster, secrets.agent_secret, token),
    }
    return [
        parse_stack(name, text, lambda path: files[path], secrets.stack_key.text.encode())
        for name, text in texts.items()
    ]


@cache
def _stacks(cluster: ClusterConfig) -> str:
    """Of a Swarm whose stacks are as wished."""
    services: list[dict[str, Any]] = []
    networks, secrets, fingerprints = [], [], []
    for wish in _wishes(cluster):
        for name in wish.services:
            labels = {"stack": wish.name, "wish": wish.digest, "spec": "print"}
            services.append(
                {"id": name, "name": name, "labels": labels, "mode": {"Global": {}},
                 "update": None, "restart": None}
            )  # fmt: skip
            fingerprints += [f"fingerprint={name} print", f"template={name} print"]
        networks += [_object(wish, name, digest) for name, digest in wish.networks.items()]
        secrets += [_object(wish, blob.name, blob.digest) for blob in wish.blobs]
    kinds = {"services": services, "networks": networks, "configs": [], "secrets": secrets}
    return "\n".join([*(f"{kind}={_lines(found)}" for kind, found in kinds.items()), *fingerprints])


def _object(wish: StackWish, name: str, digest: str) -> dict[str, str]:
    return {"id": name, "name": name, "stack": wish.name, "digest": digest}


def _lines(found: list[Any]) -> str:
    return base64.b64encode("\n".join(map(json.dumps, found)).encode()).decode()
