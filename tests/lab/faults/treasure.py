"""What must outlive every fault: a file in HDFS, a page in a volume of each board, Portainer's own.

Read as a user reads it: through HDFS's command, a browser's request, Portainer's API.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from picluster.lab import machine
from picluster.plan import layout
from picluster.plan.load import load_config
from tests.conftest import LabUnderTest
from tests.lab import accidents, jobs, portainer_seen, seen, wishing

STACK = "treasure"
FILE, MEGABYTES = "treasure", 40
"""More than one block of HDFS."""
PORT = 8090
READER = "pi2a"
"""Where HDFS's file is read: not where it was written."""
SECONDS = 90.0
WHOLE = "whole"


def declare(under_test: LabUnderTest) -> None:
    """Adds its stack to cluster.toml, as its owner does.

    A board that had too little voltage is cool again at once, not after five minutes.
    """
    compose = Path(__file__).with_name("treasure.yml")
    wishing.wish(under_test, "thermal", calm_minutes=0)
    with under_test.lab.cluster_toml.open("a") as config:
        config.write(f'\n[[stack]]\nname = "{STACK}"\nfile = "{compose}"\n')


@dataclass(frozen=True)
class Treasure:
    """What was laid down."""

    digest: str
    portainer: Any

    def check(self, under_test: LabUnderTest) -> None:
        """Fails unless all of it is there as it was laid down."""
        accidents.wait_for(lambda: not lost_pages(under_test), "pages are lost", seconds=SECONDS)
        assert jobs.digest(under_test.boards[READER], FILE) == self.digest
        assert portainer(under_test) == self.portainer


def lay(under_test: LabUnderTest) -> Treasure:
    """Writes it, on a cluster that has its stack."""
    digest = jobs.put(under_test.boards["pi8"], FILE, MEGABYTES)
    for name in under_test.boards:
        write_page(under_test, name)
    return Treasure(digest, portainer(under_test))


def write_page(under_test: LabUnderTest, name: str) -> None:
    """Into the board's volume."""
    seen.shell(
        under_test.boards[name],
        f"echo '{_page(name)}' "
        f">\"$(docker volume inspect -f '{{{{.Mountpoint}}}}' {STACK}_pages)/index.html\"",
    )


def lost_pages(under_test: LabUnderTest) -> list[str]:
    """Boards that do not show their own page."""
    return [name for name in under_test.boards if _shown(under_test, name) != _page(name)]


def portainer(under_test: LabUnderTest) -> Any:
    """The database that it was set up with, and the environments in it, as its administrator."""
    board = layout.portainer(load_config(under_test.lab.cluster_toml))
    status = portainer_seen.call(under_test, "GET", "/status", board)
    found = portainer_seen.environments(under_test, board)
    return status["InstanceID"], sorted((e["Id"], e["Name"], e["URL"]) for e in found)


def _page(name: str) -> str:
    return f"kept by {name}"


def _shown(under_test: LabUnderTest, name: str) -> str:
    url = f"http://{machine.board_of(under_test.boards[name]).address}:{PORT}/"
    try:
        return requests.get(url, timeout=5).text.strip()
    except requests.RequestException:
        return ""
