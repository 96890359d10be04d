"""Where each image in the hub's registry came from, kept beside the images."""

import io
import json
import tarfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from docker.errors import NotFound
from docker.models.containers import Container

from picluster.lab.hub.container import STORE

_FOLDER = f"{STORE}/images"
_FILE = "sources.json"


@dataclass(frozen=True, slots=True)
class Offer:
    """An image in the hub's registry."""

    image: str
    """As on Docker Hub: portainer/agent:2.45.0."""
    source: str
    """In words: from this computer's Docker, pulled from Docker Hub, or what it is played by."""
    played: bool
    local_id: str
    """Id of the image in the owner's Docker that was pushed."""
    digest: str
    """Digest of the manifest in the registry."""

    @property
    def described(self) -> str:
        """Where the image came from, in words that mark what is not the real one."""
        return f"played: {self.source}" if self.played else self.source


def read(hub: Container) -> list[Offer]:
    """What was put down by `write`; nothing on a new hub, or after an interrupted start."""
    try:
        stream, _ = hub.get_archive(f"{_FOLDER}/{_FILE}")
    except NotFound:
        return []
    with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
        file = archive.extractfile(_FILE)
        return [Offer(**entry) for entry in json.load(file)] if file else []


def write(hub: Container, offers: Iterable[Offer]) -> None:
    """Keeps the record with the images, so that it lives as long as they do."""
    content = json.dumps([asdict(offer) for offer in offers], indent=2).encode()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo(_FILE)
        entry.size, entry.mode = len(content), 0o644
        archive.addfile(entry, io.BytesIO(content))
    hub.put_archive(_FOLDER, buffer.getvalue())
