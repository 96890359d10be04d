"""One container of the lab's image, without systemd, shared by all tests of this folder."""

import os
from collections.abc import Iterator

import pytest

from picluster.lab import engine, image
from tests.container.running import Running


@pytest.fixture(scope="session")
def container() -> Iterator[Running]:
    """A running container: pyinfra uses it in place; one that stands still it would commit."""
    client = engine.connect(print, may_start=True)
    made = client.containers.run(
        image.ensure_image(client, "bookworm", print),
        name=f"picluster-operations-{os.getpid()}",
        entrypoint=["sleep", "infinity"],
        detach=True,
        init=True,
    )
    try:
        yield Running(made)
    finally:
        made.remove(force=True)
