"""The home page deploy: one board shows the cluster to who opens its address."""

from pyinfra import host
from pyinfra.api import deploy

from deploys import preflight, thermal
from deploys.home import settings
from deploys.thermal import settings as watch
from operations import service
from picluster.plan import home


@deploy("Home")
def apply() -> None:
    """Serves the page on its board, and takes it away from every other."""
    preflight.apply()
    cluster, node = host.data.cluster, host.data.node
    here = home.is_home(cluster, node)
    files = settings.files(cluster, host.data.plan, node) if here else []
    # The watch on heat and power comes next, and asks about its units.
    along = list(watch.UNITS)
    service.stop(
        name="Stop a home page that is elsewhere now",
        units=list(settings.UNITS),
        files=[settings.UNIT_FILE],
        unwanted=[] if here else settings.UNWANTED,
        present=here,
        along=along,
    )
    service.settings(
        name="Write the home page",
        entries=files,
        units=list(settings.UNITS),
        absent=settings.PATHS if here else [],
        present=here,
        along=along,
    )
    service.install(
        name="Install the web server",
        packages=settings.PACKAGES,
        present=here,
        hold=thermal.hold(),
    )
    service.run(name="Serve the home page", units=settings.digests(files), present=here)
