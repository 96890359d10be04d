"""Heat and power that the lab plays, and what a board's watch and YARN make of it."""

import os
import subprocess

from docker.models.containers import Container

from tests.conftest import LabUnderTest
from tests.lab import accidents, deploying, hadoop_seen, seen

USUAL = "48.3"
"""Degrees of a board in the lab that nobody has heated."""
FOLDER = "/run/picluster/thermal"
WITHIN_SECONDS = 60.0
"""The watch looks every 15 seconds, the NodeManager asks it as often, and tells at once."""

APPLIED = {
    "Thermal | Write the watch's settings",
    "Swarm | Set labels and availability",
    "YARN | Write YARN's settings",
    "YARN | Restart the NodeManager",
}
"""What another band makes of a board that has a NodeManager."""


def heat(under_test: LabUnderTest, name: str, celsius: str) -> None:
    """As a user of the lab does."""
    _lab(under_test, "heat", name, celsius)


def undervolt(under_test: LabUnderTest, name: str, *options: str) -> None:
    """As a user of the lab does; `--off` gives good power again."""
    _lab(under_test, "undervolt", name, *options)


def _lab(under_test: LabUnderTest, *words: str) -> None:
    subprocess.run(
        [deploying.PYINFRA.with_name("picluster"), "lab", *words],
        cwd=deploying.ROOT,
        env=os.environ | under_test.environment,
        check=True,
        capture_output=True,
    )


def watched(board: Container) -> dict[str, str]:
    """What the board's watch has written last."""
    lines = seen.shell(board, f"cat {FOLDER}/band").splitlines()
    return dict(line.split("=", 1) for line in lines)


def wait_for_band(under_test: LabUnderTest, name: str, band: str) -> None:
    """Returns when the board's watch says so."""
    accidents.wait_for(
        lambda: watched(under_test.boards[name])["band"] == band,
        f"{name} does not become {band}",
        seconds=WITHIN_SECONDS,
    )


def wait_until_seen(under_test: LabUnderTest, name: str, celsius: float) -> None:
    """Returns when the board's watch has seen this temperature."""
    accidents.wait_for(
        lambda: float(watched(under_test.boards[name])["celsius"]) == celsius,
        f"the watch of {name} does not see {celsius} degrees",
        seconds=WITHIN_SECONDS,
    )


def node(under_test: LabUnderTest, name: str) -> dict[str, str]:
    """State and health of a board's NodeManager as the ResourceManager has them."""
    page = hadoop_seen.page(hadoop_seen.head(under_test), 8088, "/ws/v1/cluster/nodes")
    for one in (page.get("nodes") or {}).get("node", []):
        if one["nodeHostName"].partition(".")[0] == name:
            return {"state": one["state"], "health": one.get("healthReport") or ""}
    return {"state": "unknown", "health": ""}


def wait_for_state(under_test: LabUnderTest, name: str, state: str) -> None:
    """Returns when YARN has the board in this state."""
    accidents.wait_for(
        lambda: node(under_test, name)["state"] == state,
        f"the NodeManager of {name} does not become {state}",
        seconds=WITHIN_SECONDS,
    )
