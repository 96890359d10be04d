"""The lab's cluster.toml: the example's boards at the lab's addresses."""

import subprocess
from ipaddress import IPv4Network
from pathlib import Path

import tomlkit

from picluster.lab import hub
from picluster.project import root, state_directory

HEADING = """\
# The cluster of the lab, made by `picluster lab up` from cluster.example.toml: the same boards at
# addresses of the lab's own network. Edits are kept until the lab is taken down.

"""

# Three boards that differ as much as seven do: 8, 2 and 1 GB.
SMALL_LAB = ("pi8", "pi2a", "pi1a")


def directory(lab: str) -> Path:
    """Where the lab keeps its cluster.toml and its SSH key."""
    folder = state_directory() / lab
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def compose(lab: str, subnet: IPv4Network, boards: int) -> str:
    """The text of the lab's cluster.toml for 3 or 7 boards."""
    document = tomlkit.parse((root() / "cluster.example.toml").read_text())
    example = IPv4Network(document["network"]["subnet"])
    document["cluster"]["name"] = f"picluster-{lab}"
    document["network"] = {"subnet": str(subnet), "gateway": str(subnet[1])}
    document["ssh"] = {"user": "pi", "key": str(directory(lab) / "id_ed25519")}
    document["docker"]["source"] = "debian"
    images = f"http://{hub.address(subnet)}:{hub.REGISTRY_PORT}"
    document["docker"]["registry_mirrors"] = [images]
    document["mirror"]["registry"] = images
    document["system"]["apt_proxy"] = f"http://{hub.address(subnet)}:{hub.PACKAGES_PORT}"
    nodes = [
        node
        for node in document["node"]
        if boards == len(document["node"]) or node["name"] in SMALL_LAB
    ]
    for node in nodes:
        offset = int(IPv4Network(node["address"]).network_address) - int(example.network_address)
        node["address"] = str(subnet[offset])
        node.pop("mac", None)
    document["node"] = nodes
    return HEADING + tomlkit.dumps(document)


def ensure_key(lab: str) -> str:
    """The lab's public SSH key; the pair is made when there is none."""
    private = directory(lab) / "id_ed25519"
    if not private.exists():
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "picluster lab", "-f", private],
            check=True,
        )
    return private.with_suffix(".pub").read_text()
