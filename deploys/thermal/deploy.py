"""The thermal deploy: the watch on each board."""

from pyinfra import host
from pyinfra.api import deploy

from deploys import preflight
from deploys.thermal import band, settings
from operations import service
from picluster.plan import home


@deploy("Thermal")
def apply() -> None:
    """Has each board watch its heat and power, and notes the band that this deploy goes by."""
    preflight.apply()
    found = band.now()
    section = host.data.cluster.thermal
    report_to = home.figures_url(host.data.cluster, host.data.node)
    files = (
        settings.files(host.data.node, section, found["band"], report_to) if section.enabled else []
    )
    service.stop(
        name="Stop the watch",
        units=list(settings.UNITS),
        files=settings.UNIT_FILES,
        unwanted=[settings.STATE],
        present=section.enabled,
    )
    service.settings(
        name="Write the watch's settings",
        entries=files,
        units=list(settings.UNITS),
        absent=[] if section.enabled else settings.PATHS,
        present=section.enabled,
    )
    service.run(
        name="Watch heat and power",
        units=settings.digests(files),
        present=section.enabled,
    )
