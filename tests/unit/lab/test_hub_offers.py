"""Where the hub takes each image from, with a Docker and a registry of the test's own."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from docker.errors import ImageNotFound

from picluster.lab import busybox
from picluster.lab.hub import offers, own_images, portainer_server, record
from picluster.lab.hub.offers import AGENT, OWN, PULLED, SERVER, STAND_IN, VERSIONS
from picluster.lab.hub.record import Offer
from picluster.lab.hub.registry import split
from picluster.plan.sections import Portainer

PAIRS = [(f"{SERVER}:{version}", f"{AGENT}:{version}") for version in VERSIONS]
NEWEST = PAIRS[0]


@dataclass
class Image:
    """An image as far as its id matters."""

    id: str


@dataclass
class Docker:
    """The owner's Docker: names to ids of its images."""

    names: dict[str, str] = field(default_factory=dict)

    @property
    def images(self) -> "Docker":
        """Its images."""
        return self

    def get(self, name: str) -> Image:
        """One image."""
        if name not in self.names:
            raise ImageNotFound(name)
        return Image(self.names[name])


@dataclass
class World:
    """All that filling the hub touches."""

    docker: Docker = field(default_factory=Docker)
    internet: dict[str, str] = field(default_factory=dict)
    pushed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[Offer] = field(default_factory=list)
    registry: dict[str, str] = field(default_factory=dict)

    def digest(self, image: str) -> str | None:
        """What the registry has."""
        return self.registry.get(image)

    def push(self, local: str, image: str) -> str:
        """The registry takes an image."""
        self.pushed.append(image)
        self.registry[image] = f"digest of {self.docker.names[local]}"
        return self.registry[image]

    def remove(self, image: str) -> None:
        """The registry loses an image."""
        self.removed.append(image)
        self.registry.pop(image, None)

    def pull(
        self, client: Docker, images: Iterable[str], progress: object
    ) -> dict[str, str] | None:
        """All or none of the images of the Internet."""
        images = list(images)
        if not all(image in self.internet for image in images):
            return None
        self.docker.names |= {image: self.internet[image] for image in images}
        return {image: self.internet[image] for image in images}

    def stand_ins(self, client: Docker, version: str, progress: object) -> tuple[str, str]:
        """The stand-in's images."""
        pair = (f"played-server:{version}", f"played-agent:{version}")
        for name in pair:
            self.docker.names.setdefault(name, f"id of {name}")
        return pair

    def busybox(self, client: Docker, hub: object) -> tuple[str, str]:
        """Debian's busybox."""
        self.docker.names.setdefault("played-busybox", "id of busybox")
        return "played-busybox", "Debian's busybox-static 1.35.0"

    def fill(self, *, in_use: bool = False) -> dict[str, Offer]:
        """Fills the hub; what it offers then."""
        self.pushed, self.removed = [], []
        self.kept = offers.fill(self.docker, None, print, in_use=in_use)  # type: ignore[arg-type]
        return {offer.image: offer for offer in self.kept}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """No images anywhere but the stand-ins."""
    found = World()
    monkeypatch.setattr(offers, "Registry", lambda client, address: found)
    monkeypatch.setattr(offers, "published", lambda hub: "127.0.0.1:5000")
    monkeypatch.setattr(record, "read", lambda hub: found.kept)
    monkeypatch.setattr(record, "write", lambda hub, entries: None)
    monkeypatch.setattr(own_images, "pull", found.pull)
    monkeypatch.setattr(busybox, "ensure_image", found.busybox)
    monkeypatch.setattr("picluster.lab.portainer.image.ensure_images", found.stand_ins)
    return found


def test_the_newest_version_is_the_one_of_a_cluster_toml_without_any() -> None:
    assert Portainer().version == VERSIONS[0]


def test_without_images_and_internet_all_is_played(world: World) -> None:
    offered = world.fill()
    assert offered.keys() == {image for pair in PAIRS for image in pair} | {busybox.IMAGE}
    assert all(offer.played for offer in offered.values())
    assert offered[NEWEST[0]].described == f"played: {STAND_IN}"
    assert offered[busybox.IMAGE].described == "played: Debian's busybox-static 1.35.0"


def test_what_is_there_is_not_pushed_again_and_what_changed_is(world: World) -> None:
    world.fill()
    assert len(world.pushed) == 7
    world.fill()
    assert world.pushed == []
    world.docker.names[f"played-agent:{VERSIONS[1]}"] = "another stand-in"
    world.fill(in_use=True)
    assert world.pushed == [PAIRS[1][1]]


def test_what_the_registry_lost_is_pushed_again(world: World) -> None:
    world.fill()
    del world.registry[busybox.IMAGE]
    world.registry[NEWEST[1]] = "digest of what somebody else pushed"
    world.fill()
    assert world.pushed == [NEWEST[1], busybox.IMAGE]


def test_the_owners_images_come_first(world: World) -> None:
    world.docker.names |= {image: f"real {image}" for image in (*NEWEST, busybox.IMAGE)}
    world.internet |= {image: f"newer {image}" for image in (*NEWEST, busybox.IMAGE)}
    offered = world.fill()
    assert offered.keys() == {*NEWEST, busybox.IMAGE}
    assert {offer.described for offer in offered.values()} == {OWN}


def test_what_can_be_pulled_is_pulled_and_said_so_the_next_time_too(world: World) -> None:
    world.internet |= {image: f"real {image}" for image in NEWEST}
    for _ in range(2):
        offered = world.fill()
        assert {offered[image].described for image in NEWEST} == {PULLED}
        assert offered[busybox.IMAGE].played
    assert world.pushed == []


def test_an_agent_alone_is_not_enough(world: World) -> None:
    world.docker.names[NEWEST[1]] = "real agent"
    assert all(world.fill()[image].played for image in NEWEST)


def test_older_versions_are_never_played_beside_a_real_one(world: World) -> None:
    world.fill()
    world.docker.names |= {image: f"real {image}" for image in (*NEWEST, *PAIRS[2])}
    offered = world.fill()
    assert offered.keys() == {*NEWEST, *PAIRS[2], busybox.IMAGE}
    assert sorted(world.removed) == sorted(PAIRS[1])


def test_a_lab_that_plays_goes_on_playing(world: World) -> None:
    world.fill()
    world.docker.names |= {image: f"real {image}" for image in (*NEWEST, busybox.IMAGE)}
    assert all(offer.played for offer in world.fill(in_use=True).values())
    assert world.pushed == []
    assert not any(offer.played for offer in world.fill().values())


def test_a_real_image_is_kept_when_the_owner_has_it_no_more(world: World) -> None:
    world.docker.names |= {image: f"real {image}" for image in NEWEST}
    world.fill()
    world.docker.names.clear()
    assert [world.fill()[image].described for image in NEWEST] == [OWN, OWN]


def test_portainer_of_a_version_that_is_not_offered(world: World) -> None:
    world.fill()
    assert portainer_server(world.kept, "2.99.0") is None
    assert portainer_server(world.kept, VERSIONS[2]) in world.kept


@pytest.mark.parametrize(
    ("image", "repository", "tag"),
    [
        ("busybox:1.36.1", "library/busybox", "1.36.1"),
        ("portainer/agent:2.45.0", "portainer/agent", "2.45.0"),
    ],
)
def test_names_on_docker_hub(image: str, repository: str, tag: str) -> None:
    assert split(image) == (repository, tag)
