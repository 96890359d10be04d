"""The hub's container: shared by all labs, attached to the network of each."""

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from docker import DockerClient
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from picluster.lab import machine
from picluster.lab.hub.image import ON_HUB, ensure_image
from picluster.plan.errors import UserError

NAME = "picluster-hub"
LABEL = "org.picluster.hub"
REGISTRY_PORT = 5000
PACKAGES_PORT = 3142
STORE = "/var/lib/picluster-hub"
VOLUMES = {f"{NAME}-images": f"{STORE}/images", f"{NAME}-packages": f"{STORE}/packages"}

MEMORY_BYTES = 512 * 1024**2
START_TIMEOUT_SECONDS = 30

Progress = Callable[[str], None]


class HubError(UserError):
    """Raised when the lab's hub does not come up or does not take an image."""


def address(subnet: IPv4Network) -> IPv4Address:
    """Where the hub is in a lab's subnet."""
    return subnet[2]


@contextmanager
def alone(progress: Progress) -> Iterator[None]:
    """One command at a time changes the hub, whichever lab it is for."""
    path = Path(tempfile.gettempdir()) / f"{NAME}-{os.getuid()}.lock"
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("waiting for another lab, which is setting up the hub")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def find(client: DockerClient) -> Container | None:
    """The hub, running or not."""
    try:
        return client.containers.get(NAME)
    except NotFound:
        return None


def networks(hub: Container) -> list[str]:
    """The labs' networks that the hub is attached to."""
    hub.reload()
    return sorted(hub.attrs["NetworkSettings"]["Networks"].keys() - {NAME})


def published(hub: Container) -> str:
    """Where the owner's Docker reaches the registry: host and port."""
    hub.reload()
    bound = hub.attrs["NetworkSettings"]["Ports"][f"{REGISTRY_PORT}/tcp"][0]
    return f"127.0.0.1:{bound['HostPort']}"


def ensure(client: DockerClient, network: str, progress: Progress) -> Container:
    """A running hub. One of another version is replaced, unless another lab is using it."""
    image = ensure_image(client, progress)
    hub = find(client)
    if hub is not None and hub.attrs["Config"]["Image"] != image:
        others = [name for name in networks(hub) if name != network]
        if others:
            progress(f"the hub stays at its version, which {', '.join(others)} uses")
        else:
            hub.remove(force=True)
            hub = None
    if hub is not None:
        try:
            hub.start()
        except APIError:
            # A network of it was removed by hand.
            hub.remove(force=True)
            hub = None
    if hub is None:
        progress("starting the lab's hub")
        hub = _create(client, image)
        hub.start()
    code, output = machine.run(hub, f"{ON_HUB}/ready", str(START_TIMEOUT_SECONDS))
    if code != 0:
        message = (
            f"The lab's hub did not come up within {START_TIMEOUT_SECONDS} seconds "
            f"({output.strip()}); see: docker logs {NAME}"
        )
        raise HubError(message)
    return hub


def _create(client: DockerClient, image: str) -> Container:
    """Off any lab's network at first: with one of its own it reaches the Internet in any case."""
    try:
        client.networks.get(NAME)
    except NotFound:
        client.networks.create(NAME, driver="bridge", labels={LABEL: ""})
    return client.containers.create(
        image,
        name=NAME,
        hostname="hub",
        labels={LABEL: ""},
        network=NAME,
        # Docker trusts a registry without TLS on 127.0.0.1, and nobody else reaches it there.
        ports={f"{REGISTRY_PORT}/tcp": ("127.0.0.1", 0)},
        volumes={name: {"bind": path, "mode": "rw"} for name, path in VOLUMES.items()},
        cap_drop=["ALL"],
        security_opt=["no-new-privileges"],
        mem_limit=MEMORY_BYTES,
        memswap_limit=MEMORY_BYTES,
        restart_policy={"Name": "unless-stopped"},  # type: ignore[arg-type]
    )


def attach(client: DockerClient, hub: Container, network: str, subnet: IPv4Network) -> None:
    """Lets the boards of a lab reach the hub, at its address in their subnet."""
    if network not in networks(hub):
        client.networks.get(network).connect(hub, ipv4_address=str(address(subnet)))


def release(client: DockerClient, network: str) -> None:
    """Takes the hub off a lab's network; and away, with its own network, after the last lab."""
    hub = find(client)
    if hub is not None:
        if network in networks(hub):
            client.networks.get(network).disconnect(hub, force=True)
        if networks(hub):
            return
        hub.remove(force=True)
    try:
        client.networks.get(NAME).remove()
    except NotFound:
        return


def remove_caches(client: DockerClient) -> None:
    """Throws away what the hub has collected. Raises HubError while a lab uses it."""
    hub = find(client)
    if hub is not None:
        message = (
            f"The caches stay: {', '.join(networks(hub))} uses them. Take that lab down first."
        )
        raise HubError(message)
    for name in VOLUMES:
        try:
            client.volumes.get(name).remove()
        except NotFound:
            continue
