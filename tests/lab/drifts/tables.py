"""All tables of drifts, and those lines that there is time for each time."""

from collections.abc import Iterable

from tests.lab.drifts import (
    base,
    engine,
    hdfs,
    home,
    portainer,
    spark,
    stacks,
    swarm,
    thermal,
    yarn,
)
from tests.lab.drifts.drift import Drift

TABLES: dict[str, dict[str, Drift]] = {
    "base": base.DRIFTS,
    "home": home.DRIFTS,
    "thermal": thermal.DRIFTS,
    "docker": engine.DRIFTS,
    "swarm": swarm.DRIFTS,
    "hdfs": hdfs.DRIFTS,
    "yarn": yarn.DRIFTS,
    "spark": spark.DRIFTS,
    "portainer": portainer.DRIFTS,
    "stacks": stacks.DRIFTS,
}

ALONE = ("base", "booted without its argument")
"""The one that is played alone each time: it reboots its board. The long suites have all."""

SEVERAL_AT_ONCE = (
    ("base", "hosts edited"),
    ("base", "package removed"),
    ("home", "the page edited"),
    ("thermal", "the timer stopped"),
    ("docker", "disabled"),
    ("swarm", "a label removed"),
    ("hdfs", "a directory in HDFS of another mode"),
    ("hdfs", "DataNode's settings edited"),
    ("yarn", "a NodeManager stopped"),
    ("spark", "jobs' settings edited"),
    ("portainer", "the label on a second board"),
)
"""Those that are played together each time: none of them meets another."""


def lines(services: Iterable[str]) -> list[tuple[str, str]]:
    """Service and name of each line of these services, for a test's parameters."""
    return [(service, name) for service in services for name in TABLES[service]]
