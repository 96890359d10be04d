"""The home page of the lab, as anybody in its network sees it."""

from email.utils import parsedate_to_datetime
from typing import Any

import requests
from docker.models.containers import Container

from picluster.plan import home, layout
from picluster.plan.load import load_config
from tests.conftest import LabUnderTest
from tests.lab import accidents, seen

UNIT = "picluster-home.service"
FIGURES = "/run/picluster-home/boards"
WITHIN_SECONDS = 60.0
"""A watch looks every 15 seconds."""


def url(under_test: LabUnderTest) -> str:
    """Of the page."""
    return home.url(load_config(under_test.lab.cluster_toml))


def board(under_test: LabUnderTest) -> Container:
    """The one that serves it."""
    return under_test.boards[layout.home_page(load_config(under_test.lab.cluster_toml))]


def get(under_test: LabUnderTest, path: str = "") -> requests.Response:
    """What stands there."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url(under_test) + path, timeout=10)


def figures(under_test: LabUnderTest, name: str) -> dict[str, Any]:
    """What a board has handed in; nothing where it has not."""
    answer = get(under_test, f"boards/{name}.json")
    assert answer.status_code in (200, 204), answer.status_code
    found: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
    return found


def age(under_test: LabUnderTest, name: str) -> float | None:
    """Seconds since it did; None where it never did."""
    answer = get(under_test, f"boards/{name}.json")
    if answer.status_code == 204:
        return None
    told, now = (parsedate_to_datetime(answer.headers[key]) for key in ("Last-Modified", "Date"))
    return (now - told).total_seconds()


def is_fresh(under_test: LabUnderTest, name: str) -> bool:
    """Whether the board has handed in a look that counts."""
    seconds = age(under_test, name)
    return seconds is not None and seconds < WITHIN_SECONDS


def wait_until_fresh(under_test: LabUnderTest) -> None:
    """Returns when all boards have."""
    for name in under_test.boards:
        accidents.wait_for(
            lambda name=name: is_fresh(under_test, name),  # type: ignore[misc]
            f"{name} does not hand in what it sees",
            seconds=WITHIN_SECONDS,
        )


def put(under_test: LabUnderTest, sender: str, path: str, content: str) -> int:
    """The server's answer to a board that writes there."""
    return int(
        seen.shell(
            under_test.boards[sender],
            f"curl -s -o /dev/null -w '%{{http_code}}' --path-as-is --noproxy '*' -X PUT "
            f"--data-binary '{content}' '{url(under_test)}{path}'",
        )
    )
