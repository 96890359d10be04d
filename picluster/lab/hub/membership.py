"""The hub as a lab uses it: there when the lab is up, gone after the last one."""

from collections.abc import Callable
from ipaddress import IPv4Network

from docker import DockerClient

from picluster.lab.hub import container, offers, record
from picluster.lab.hub.record import Offer

Progress = Callable[[str], None]


def join(
    client: DockerClient, network: str, subnet: IPv4Network, progress: Progress
) -> list[Offer]:
    """Lets a lab's boards reach the hub; what its registry offers them."""
    with container.alone(progress):
        hub = container.ensure(client, network, progress)
        in_use = bool(container.networks(hub))
        container.attach(client, hub, network, subnet)
        return offers.fill(client, hub, progress, in_use=in_use)


def leave(client: DockerClient, network: str, progress: Progress) -> None:
    """Takes a lab off the hub; the hub goes with the last one, its caches stay."""
    with container.alone(progress):
        container.release(client, network)


def remove_caches(client: DockerClient, progress: Progress) -> None:
    """Throws away what the hub has collected. Raises HubError while a lab uses it."""
    with container.alone(progress):
        container.remove_caches(client)


def offered(client: DockerClient) -> list[Offer]:
    """What the hub's registry offers; nothing without a hub."""
    hub = container.find(client)
    return record.read(hub) if hub is not None else []
