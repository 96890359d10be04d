"""The hub's registry: which images it has, and how it is given one."""

from collections.abc import Callable
from dataclasses import dataclass

import requests
from docker import DockerClient

from picluster.lab.hub.container import HubError

ANSWER_TIMEOUT_SECONDS = 20

_MANIFESTS = ", ".join(
    (
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
    )
)

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry on this computer; images are named as on Docker Hub."""

    client: DockerClient
    address: str
    """Host and port, as the owner's Docker reaches it."""

    def digest(self, image: str) -> str | None:
        """The digest of an image's manifest, None where the registry does not have it."""
        answer = self._ask("HEAD", image)
        if answer.status_code == requests.codes.not_found:
            return None
        return str(answer.headers["Docker-Content-Digest"])

    def remove(self, image: str) -> None:
        """Takes an image away, if it is there."""
        digest = self.digest(image)
        if digest is not None:
            self._ask("DELETE", image, digest)

    def push(self, local: str, image: str) -> str:
        """Gives the registry what the owner's Docker has as `local`; the manifest's digest."""
        repository, tag = split(image)
        pushed_as = f"{self.address}/{repository}"
        self.client.api.tag(local, pushed_as, tag)
        try:
            for line in self.client.api.push(pushed_as, tag, stream=True, decode=True):
                if "error" in line:
                    raise HubError(f"The lab's hub did not take {image}: {line['error']}")
        finally:
            self.client.api.remove_image(f"{pushed_as}:{tag}", noprune=True)
        digest = self.digest(image)
        if digest is None:
            raise HubError(f"The lab's hub took {image} and does not have it.")
        return digest

    def _ask(self, method: str, image: str, reference: str = "") -> requests.Response:
        repository, tag = split(image)
        url = f"http://{self.address}/v2/{repository}/manifests/{reference or tag}"
        # A proxy of the owner's has no part in what stays on this computer.
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.request(
                    method, url, headers={"Accept": _MANIFESTS}, timeout=ANSWER_TIMEOUT_SECONDS
                )
            except requests.RequestException as error:
                raise HubError(f"The lab's hub does not answer at {url}: {error}") from error
        if not answer.ok and answer.status_code != requests.codes.not_found:
            raise HubError(f"The lab's hub answers {answer.status_code} at {url}")
        return answer


def split(image: str) -> tuple[str, str]:
    """Repository and tag as a registry knows them: busybox is library/busybox on Docker Hub."""
    name, _, tag = image.partition(":")
    return (name if "/" in name else f"library/{name}"), tag
