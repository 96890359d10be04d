"""Where the cluster's pages are: told at the end of a whole deploy."""

from pyinfra import host
from pyinfra.api import deploy

from operations import tell
from picluster.plan.urls import addresses


@deploy("Pages")
def apply() -> None:
    """Tells their addresses; changes nothing."""
    tell.pages(
        name="Tell where they are",
        rows=[list(page) for page in addresses(host.data.cluster, host.data.plan)],
    )
