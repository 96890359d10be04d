"""The mirror deploy: one board fetches from the Internet what all need."""

from pyinfra import host
from pyinfra.api import deploy

from deploys import preflight, thermal
from deploys.mirror import settings
from operations import service
from picluster.plan import mirror


@deploy("Mirror")
def apply() -> None:
    """Runs the caches on their board, and takes them away from every other."""
    preflight.apply()
    cluster, node = host.data.cluster, host.data.node
    here = mirror.is_mirror(cluster, node)
    files = settings.files(cluster, node) if here else []
    unwanted = mirror.unwanted_folders(cluster, node)
    service.stop(
        name="Stop caches that are elsewhere now",
        units=list(settings.UNITS),
        files=settings.UNIT_FILES,
        unwanted=unwanted,
        present=here,
    )
    service.settings(
        name="Write the caches' settings",
        entries=files,
        units=[*settings.UNITS, settings.LIMIT_SERVICE],
        absent=settings.PATHS,
        present=here,
    )
    service.install(
        name="Install the caches",
        packages=settings.PACKAGES,
        present=here,
        hold=thermal.hold(),
    )
    service.run(
        name="Run the caches",
        units=settings.digests(files),
        unwanted=unwanted,
        present=here,
    )
