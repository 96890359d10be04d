"""What a blank and what a converged board would answer about its engine and its Swarm.

FAKE_HUNG names boards whose engine runs and does not answer.
"""

import base64
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from deploys.docker import settings as docker_settings
from deploys.portainer import settings as portainer_settings
from deploys.swarm import settings as swarm_settings
from picluster.plan import layout
from picluster.plan.config import ClusterConfig
from picluster.plan.docker import DATA_ROOT, engine_packages
from picluster.plan.node import Node
from picluster.plan.pools import swarm_pool
from picluster.plan.tree import Entry, file

INVOCATION = "5d1c0ffee"
SWARM_ID = "qm2g33j7et35n9jqp7do1szvf"
_KEY = ec.generate_private_key(ec.SECP256R1())


def docker_and_swarm(
    node: Node,
    cluster: ClusterConfig,
    tree: Callable[[list[Entry], list[str]], str],
    *,
    converged: bool,
) -> dict[str, Any]:
    """Answer by a part of the command."""
    files, unwanted = _files(cluster, node), docker_settings.unwanted(cluster)
    hung = node.name in os.environ.get("FAKE_HUNG", "").split()
    digest = docker_settings.digest(docker_settings.engine_files(cluster, node))
    record = f"{INVOCATION} {digest}" if converged else ""
    return {
        "echo \"foreign=": _lines(
            codename="bookworm", architecture="arm64", foreign="", mounted="0", copied="0",
            docker_ce="5:29.1.3-1~debian.12~bookworm" if converged else "",
            active=str(int(converged)), data_root=DATA_ROOT, in_swarm=str(int(converged)),
            containers="0",
        ),
        "SubState,UnitFileState": _lines(
            systemd="1", docker_activestate="active" if converged else "inactive",
            docker_unitfilestate="enabled" if converged else "", docker_needdaemonreload="no",
            docker_invocationid=INVOCATION if converged else "", record=record,
        ),
        "picluster-memory-limit": _lines(active="1", verified="1"),
        "swarm-node.crt": _HUNG if hung else _swarm(node, cluster) if converged else _NO_SWARM,
        f"set -- {min(entry.path for entry in files)}": tree(files, unwanted),
        "docker-ce-cli": _packages(cluster) if converged else _NO_PACKAGES,
    }  # fmt: skip


def _files(cluster: ClusterConfig, node: Node) -> list[Entry]:
    with open("deploys/docker/docker.asc", "rb") as key:
        archive = docker_settings.archive_files(
            cluster, key.read(), "https://download.docker.com/linux/debian", "bookworm", "arm64"
        )
    entries = [*docker_settings.engine_files(cluster, node), *archive]
    listed = "".join(f"{path}\n" for path in sorted(entry.path for entry in entries))
    return [*entries, file(docker_settings.MANIFEST, listed)]


_NO_PACKAGES = "known=400\nbroken=0\nupdates=0\npolicy=0"


def _packages(cluster: ClusterConfig) -> str:
    version = "5:29.1.3-1~debian.12~bookworm"
    names = engine_packages(cluster.docker, "bookworm").wished
    return "\n".join([*(f"package={n} arm64 installed ok {version}" for n in names), _NO_PACKAGES])


_KERNEL = "module=ip_vs 1 1\nmodule=vxlan 1 1\nend=1"
_NO_SWARM = f"engine=absent\ninfo=\nnodes=\ncertificate=\nmanagers=\n{_KERNEL}"

_HUNG = _NO_SWARM.replace("absent", "running")


def _swarm(node: Node, cluster: ClusterConfig) -> str:
    managers = layout.managers(cluster)
    manages = node.name in managers
    info: dict[str, Any] = {
        "NodeID": _id(node.name), "LocalNodeState": "active", "ControlAvailable": manages,
        "Error": "", "RemoteManagers": [{} for _ in managers],
    }  # fmt: skip
    if manages:
        expiry = cluster.swarm.certificate_days * 86400 * 10**9
        info["Cluster"] = {
            "ID": SWARM_ID,
            "Spec": {"CAConfig": {"NodeCertExpiry": expiry}},
            "DefaultAddrPool": [str(swarm_pool(cluster))],
        }
    nodes = [_node(other, cluster) for other in cluster.nodes] if manages else []
    return (
        _lines(
            engine="running",
            info=_base64(json.dumps(info)),
            nodes=_base64("\n".join(map(json.dumps, nodes))),
            certificate=":" + _base64(_certificate(node.name, manages)),
            managers=":" + _base64(json.dumps([{} for _ in managers])),
        )
        + f"\n{_KERNEL}"
    )


def _node(node: Node, cluster: ClusterConfig) -> dict[str, Any]:
    manages = node.name in layout.managers(cluster)
    labels = swarm_settings.labels(node, "aarch64", "cool")
    return {
        "id": _id(node.name),
        "hostname": node.name,
        "spec": {
            "Role": "manager" if manages else "worker",
            "Availability": node.availability,
            "Labels": labels | portainer_settings.labels(node.name == layout.portainer(cluster)),
        },
        "state": "ready",
        "manager": {"Reachability": "reachable", "Addr": f"{node.address}:2377"}
        if manages
        else None,
    }


def _id(name: str) -> str:
    return f"id{name}".ljust(25, "0")


def _certificate(name: str, manages: bool) -> str:
    role = "swarm-manager" if manages else "swarm-worker"
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, SWARM_ID),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, role),
            x509.NameAttribute(NameOID.COMMON_NAME, _id(name)),
        ]
    )
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(subject, subject, _KEY.public_key(), 1)
    made = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return made.sign(_KEY, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode() if text else ""


def _lines(**values: str) -> str:
    return "\n".join(f"{key}={value}" for key, value in values.items())
