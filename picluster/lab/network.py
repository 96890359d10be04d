"""The lab's own network, apart from the owner's and from other labs'."""

from ipaddress import IPv4Network

from docker import DockerClient
from docker.errors import APIError, NotFound
from docker.models.networks import Network
from docker.types import IPAMConfig, IPAMPool

from picluster.lab.machine import LABEL
from picluster.plan.errors import UserError

CANDIDATES = [IPv4Network(f"192.168.{third}.0/24") for third in range(77, 100)]


class NoFreeSubnetError(UserError):
    """Raised when all of the lab's candidate subnets are taken."""


def ensure(client: DockerClient, lab: str) -> IPv4Network:
    """The subnet of the lab's network; makes the network when there is none."""
    existing = find(client, lab)
    if existing is not None:
        return subnets(existing)[0]
    taken = [subnet for network in client.networks.list(greedy=True) for subnet in subnets(network)]
    for candidate in CANDIDATES:
        if any(candidate.overlaps(subnet) for subnet in taken):
            continue
        if _create(client, lab, candidate):
            return candidate
    raise NoFreeSubnetError(
        f"No subnet is free between {CANDIDATES[0]} and {CANDIDATES[-1]} for the lab."
    )


def _create(client: DockerClient, lab: str, subnet: IPv4Network) -> bool:
    """Makes the network; False where another lab took the subnet meanwhile."""
    try:
        client.networks.create(
            f"picluster-{lab}",
            driver="bridge",
            labels={LABEL: lab},
            ipam=IPAMConfig(pool_configs=[IPAMPool(subnet=str(subnet), gateway=str(subnet[1]))]),
        )
    except APIError as error:
        if "Pool overlaps" in str(error):
            return False
        raise
    return True


def remove(client: DockerClient, lab: str) -> None:
    """Takes the lab's network away, if it is there."""
    network = find(client, lab)
    if network is not None:
        network.remove()


def find(client: DockerClient, lab: str) -> Network | None:
    """The lab's network, or None."""
    try:
        return client.networks.get(f"picluster-{lab}")
    except NotFound:
        return None


def subnets(network: Network) -> list[IPv4Network]:
    """The IPv4 subnets of a Docker network."""
    pools = ((network.attrs or {}).get("IPAM") or {}).get("Config") or []
    return [
        IPv4Network(pool["Subnet"], strict=False) for pool in pools if "." in pool.get("Subnet", "")
    ]
