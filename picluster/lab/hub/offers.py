"""What the hub's registry offers, and where each image is taken from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from docker import DockerClient
from docker.models.containers import Container

from picluster.lab import busybox
from picluster.lab.hub import own_images, record
from picluster.lab.hub.container import published
from picluster.lab.hub.record import Offer
from picluster.lab.hub.registry import Registry
from picluster.lab.portainer import image as portainer_image

SERVER = "portainer/portainer-ce"
AGENT = "portainer/agent"

# The first is what a cluster.toml without a version gets; the others are there to upgrade from.
VERSIONS = ("2.45.0", "2.39.0", "2.33.5")

OWN = "from this computer's Docker"
PULLED = "pulled from Docker Hub"
STAND_IN = "the project's stand-in for Portainer"

Progress = Callable[[str], None]


@dataclass
class Shelf:
    """The registry being filled. `offers` is what it has so far, from earlier and from now."""

    client: DockerClient
    registry: Registry
    offers: dict[str, Offer]
    progress: Progress

    def has_real(self, images: Iterable[str]) -> bool:
        """Whether all of these are there, and none is played."""
        found = [self.offers.get(image) for image in images]
        return all(offer is not None and not offer.played for offer in found)

    def has_played(self, images: Iterable[str]) -> bool:
        """Whether one of these is there as a stand-in."""
        found = [self.offers.get(image) for image in images]
        return any(offer is not None and offer.played for offer in found)

    def put(self, image: str, local: str, source: str, *, played: bool = False) -> None:
        """Pushes an image of the owner's Docker, unless it is there already."""
        local_id = str(self.client.images.get(local).id)
        there = self.offers.get(image)
        if there is not None and (there.local_id, there.played) == (local_id, played):
            digest = there.digest
        else:
            self.progress(f"filling the hub: {image}")
            digest = self.registry.push(local, image)
        self.offers[image] = Offer(image, source, played, local_id, digest)

    def put_real(self, images: Sequence[str], *, pull: bool) -> bool:
        """Takes images from the owner's Docker, or pulls them; whether all could be had."""
        if own_images.own(self.client, images) is not None:
            source = OWN
        elif self.has_real(images):
            return True
        elif pull and own_images.pull(self.client, images, self.progress) is not None:
            source = PULLED
        else:
            return False
        for image in images:
            there = self.offers.get(image)
            # Once pulled, it is in the owner's Docker too: it still came from Docker Hub.
            known = there.source if there is not None and not there.played else source
            self.put(image, image, known)
        return True

    def drop(self, images: Iterable[str]) -> None:
        """Takes images out of the registry."""
        for image in images:
            self.registry.remove(image)
            self.offers.pop(image, None)


def fill(client: DockerClient, hub: Container, progress: Progress, *, in_use: bool) -> list[Offer]:
    """Puts into the hub's registry what is missing or has changed; what it then offers.

    While labs use the hub, what is played stays played: no board is to meet the real Portainer
    with a stand-in's data.
    """
    registry = Registry(client, published(hub))
    kept = {
        offer.image: offer
        for offer in record.read(hub)
        if registry.digest(offer.image) == offer.digest
    }
    shelf = Shelf(client, registry, kept, progress)
    try:
        _fill_portainer(shelf, in_use=in_use)
        _fill_busybox(shelf, hub, in_use=in_use)
    finally:
        record.write(hub, shelf.offers.values())
    return list(shelf.offers.values())


def portainer_server(offers: Iterable[Offer], version: str) -> Offer | None:
    """The offered image of Portainer's server, None where boards get it elsewhere."""
    found = [offer for offer in offers if offer.image == f"{SERVER}:{version}"]
    return found[0] if found else None


def _fill_portainer(shelf: Shelf, *, in_use: bool) -> None:
    """Server and agents of all versions are of one kind: they talk to each other, and an upgrade
    takes over the older one's data.
    """
    newest, *older = [(f"{SERVER}:{version}", f"{AGENT}:{version}") for version in VERSIONS]
    stays_played = in_use and shelf.has_played(newest)
    if not stays_played and shelf.put_real(newest, pull=True):
        for pair in older:
            # Not worth a pull: where that works the boards can pull it as well.
            if not shelf.put_real(pair, pull=False):
                shelf.drop(pair)
        return
    for version in VERSIONS:
        server, agent = portainer_image.ensure_images(shelf.client, version, shelf.progress)
        shelf.put(f"{SERVER}:{version}", server, STAND_IN, played=True)
        shelf.put(f"{AGENT}:{version}", agent, STAND_IN, played=True)


def _fill_busybox(shelf: Shelf, hub: Container, *, in_use: bool) -> None:
    stays_played = in_use and shelf.has_played([busybox.IMAGE])
    if not stays_played and shelf.put_real([busybox.IMAGE], pull=True):
        return
    local, what = busybox.ensure_image(shelf.client, hub)
    shelf.put(busybox.IMAGE, local, what, played=True)
