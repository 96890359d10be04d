"""Portainer's two stacks, made from the plan."""

from typing import Any

import yaml

from picluster.plan.config import ClusterConfig
from picluster.plan.docker import DATA_ROOT, data_root
from picluster.plan.portainer import NETWORK, PORT, VOLUME

PREFIX = "portainer."
LABEL = f"{PREFIX}data"
"""Of the node that carries the server: its data is in a volume there, and nowhere else."""

SERVER_MEMORY = "512M"
AGENT_MEMORY = "128M"
"""Limits: what they take is about 60 and 25 MB."""


def labels(is_planned: bool) -> dict[str, str]:
    """What the Swarm is told of a node."""
    return {LABEL: "true"} if is_planned else {}


def agent_stack(cluster: ClusterConfig, agent_secret: str) -> str:
    """The compose file of the agents, which look into every node for the server."""
    mounts = ["/var/run/docker.sock:/var/run/docker.sock"]
    if all(data_root(node.storage) == DATA_ROOT for node in cluster.nodes):
        # One mount for all nodes: where their data roots differ, volumes cannot be browsed.
        mounts.append(f"{DATA_ROOT}/volumes:{DATA_ROOT}/volumes")
    return _dumped(
        {
            "services": {
                "agent": {
                    "image": f"portainer/agent:{cluster.portainer.version}",
                    "environment": {
                        "AGENT_CLUSTER_ADDR": "tasks.agent",
                        "AGENT_SECRET": agent_secret,
                    },
                    "volumes": mounts,
                    "networks": ["agents"],
                    "deploy": {
                        "mode": "global",
                        "endpoint_mode": "dnsrr",
                        "placement": {"constraints": ["node.platform.os == linux"]},
                        "resources": {"limits": {"memory": AGENT_MEMORY}},
                    },
                }
            },
            "networks": {"agents": {"driver": "overlay", "attachable": True}},
        }
    )


def server_stack(cluster: ClusterConfig, agent_secret: str, setup_token: str) -> str:
    """The compose file of the server; its certificate comes from files `cert` and `key`.

    The variable for the token is taken by versions that know it (from 2.43 on); a flag would stop
    the older ones.
    """
    return _dumped(
        {
            "services": {
                "server": {
                    "image": f"portainer/portainer-ce:{cluster.portainer.version}",
                    # The older pair of flags: until 2.4x --tlscert was another thing.
                    "command": ["--sslcert", "/run/secrets/cert", "--sslkey", "/run/secrets/key"],
                    "environment": {
                        "AGENT_SECRET": agent_secret,
                        "PORTAINER_SETUP_TOKEN": setup_token,
                    },
                    "ports": [
                        {"target": PORT, "published": PORT, "protocol": "tcp", "mode": "host"}
                    ],
                    "volumes": ["data:/data"],
                    "networks": ["agents"],
                    "secrets": ["cert", "key"],
                    "deploy": {
                        "replicas": 1,
                        "endpoint_mode": "dnsrr",
                        "placement": {"constraints": [f"node.labels.{LABEL} == true"]},
                        "update_config": {"order": "stop-first"},
                        "resources": {"limits": {"memory": SERVER_MEMORY}},
                    },
                }
            },
            "networks": {"agents": {"external": True, "name": NETWORK}},
            "volumes": {"data": {"name": VOLUME}},
            "secrets": {"cert": {"file": "cert"}, "key": {"file": "key"}},
        }
    )


def _dumped(stack: dict[str, Any]) -> str:
    text: str = yaml.safe_dump({"version": "3.8", **stack}, sort_keys=False)
    return text
