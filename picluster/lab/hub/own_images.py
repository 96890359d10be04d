"""Real images: those that the owner's Docker has, or can pull."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from docker import APIClient, DockerClient
from docker.errors import DockerException, ImageNotFound
from docker.utils import kwargs_from_env
from requests import RequestException

# Without the Internet the answer has to come soon; with it, a manifest is a small thing.
REACH_TIMEOUT_SECONDS = 5

# Of silence: a big image on a slow line takes its time.
STALL_TIMEOUT_SECONDS = 60

Progress = Callable[[str], None]


def own(client: DockerClient, images: Iterable[str]) -> dict[str, str] | None:
    """Ids of the images in the owner's Docker, None unless all are there."""
    try:
        return {image: str(client.images.get(image).id) for image in images}
    except ImageNotFound:
        return None


def pull(client: DockerClient, images: Iterable[str], progress: Progress) -> dict[str, str] | None:
    """Ids of the images after they were pulled, None unless all could be.

    Gives up within seconds where Docker Hub is out of reach.
    """
    images = list(images)
    with ThreadPoolExecutor(max_workers=len(images)) as pool:
        if not all(pool.map(_reachable, images)):
            return None
    for image in images:
        progress(f"pulling {image}")
        if not _pulled(image):
            progress(f"pulling {image} came to nothing")
            return None
    return own(client, images)


def _reachable(image: str) -> bool:
    try:
        _engine(REACH_TIMEOUT_SECONDS).inspect_distribution(image)  # type: ignore[no-untyped-call]
    except (DockerException, RequestException):
        return False
    return True


def _pulled(image: str) -> bool:
    repository, _, tag = image.rpartition(":")
    try:
        lines = _engine(STALL_TIMEOUT_SECONDS).pull(repository, tag, stream=True, decode=True)
        return not any("error" in line for line in lines)
    except (DockerException, RequestException):
        return False


def _engine(timeout_seconds: int) -> APIClient:
    """A connection of its own to the owner's Docker, with its own patience."""
    return APIClient(**kwargs_from_env(), version="auto", timeout=timeout_seconds)
