"""The cluster's home page: what it serves, who may write what, and what it is in a browser.

More: tests/shards/test_home.py.
"""

import ssl
import urllib.request
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from picluster.plan.load import load_config
from picluster.plan.plan import make_plan
from picluster.plan.urls import services
from tests.conftest import LabUnderTest
from tests.lab import accidents, browser, heating, home_seen, seen

PHONE, DESKTOP = 390, 1280
"""Widths in pixels."""


def test_it_shows_all_boards_with_fresh_figures(converged: LabUnderTest) -> None:
    page = home_seen.get(converged)
    assert page.status_code == 200
    home_seen.wait_until_fresh(converged)
    for name in converged.boards:
        assert f'data-board="{name}"' in page.text
        found = home_seen.figures(converged, name)
        assert (found["band"], found["celsius"]) == ("cool", float(heating.USUAL))


def test_it_is_as_safe_as_it_says(converged: LabUnderTest) -> None:
    headers = home_seen.get(converged).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    board = home_seen.board(converged)
    process = f"/proc/$(systemctl show --property MainPID --value {home_seen.UNIT})"
    assert seen.shell(board, f"stat -c %U {process}").strip() == "www-data"
    assert seen.shell(board, "stat -f -c %T /run/picluster-home").strip() == "tmpfs"


def test_the_picture_is_there(converged: LabUnderTest) -> None:
    picture = home_seen.get(converged, "rack.svg")
    assert picture.headers["Content-Type"].startswith("image/svg+xml")
    shown = "".join(ElementTree.fromstring(picture.text).itertext())  # noqa: S314 - our own
    assert all(name in shown for name in converged.boards)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("boards/pi8.json", "{}"),
        ("boards/pi2a.json", "{}"),
        ("index.html", "mine"),
        ("boards/other.json", "{}"),
        ("boards/../index.html", "mine"),
        ("../nginx.conf", "mine"),
    ],
)
def test_a_board_cannot_write_what_is_another_s(
    converged: LabUnderTest, path: str, content: str
) -> None:
    before = home_seen.get(converged).text
    assert home_seen.put(converged, "pi1a", path, content) in (400, 403)
    assert home_seen.get(converged).text == before
    home_seen.wait_until_fresh(converged)
    assert home_seen.figures(converged, "pi8")["band"] == "cool"


def test_a_board_writes_its_own_and_no_more_than_a_look(converged: LabUnderTest) -> None:
    place = "boards/pi1a.json"
    assert home_seen.put(converged, "pi1a", place, '{"band": "cool"}') in (201, 204)
    assert home_seen.put(converged, "pi1a", place, "x" * 1025) == 413
    accidents.wait_for(
        lambda: "celsius" in home_seen.figures(converged, "pi1a"),
        "pi1a does not hand in what it sees",
        seconds=home_seen.WITHIN_SECONDS,
    )


def test_heat_is_seen(converged: LabUnderTest) -> None:
    heating.heat(converged, "pi1a", "62")
    try:
        accidents.wait_for(
            lambda: home_seen.figures(converged, "pi1a").get("band") == "warm",
            "the home page does not show that pi1a is warm",
            seconds=home_seen.WITHIN_SECONDS,
        )
        assert "62.0 °C" in browser.render(home_seen.url(converged), DESKTOP).row("pi1a")
    finally:
        heating.heat(converged, "pi1a", heating.USUAL)
    heating.wait_for_band(converged, "pi1a", "cool")


def test_a_board_that_is_silent_is_shown_so(converged: LabUnderTest) -> None:
    board, server = converged.boards["pi1a"], home_seen.board(converged)
    seen.shell(board, "systemctl stop picluster-thermal.timer")
    try:
        seen.shell(server, f"touch -d '-10 minutes' {home_seen.FIGURES}/pi1a.json")
        page = browser.render(home_seen.url(converged), DESKTOP)
        assert "silent since" in page.row("pi1a")
        assert "silent" not in page.row("pi8")
    finally:
        seen.shell(board, "systemctl start picluster-thermal.timer")
    home_seen.wait_until_fresh(converged)


def test_a_home_page_that_is_away_hinders_no_watch(converged: LabUnderTest) -> None:
    board, server = converged.boards["pi1a"], home_seen.board(converged)
    seen.shell(server, f"systemctl stop {home_seen.UNIT}")
    try:
        before = int(heating.watched(board)["uptime"])
        seen.shell(board, "timeout 10 systemctl start picluster-thermal.service")
        assert int(heating.watched(board)["uptime"]) >= before
        failed = seen.shell(board, "systemctl is-failed picluster-thermal.service || :").strip()
        assert failed != "failed"
    finally:
        seen.shell(server, f"systemctl start {home_seen.UNIT}")
    home_seen.wait_until_fresh(converged)


def test_debian_s_own_page_never_starts(converged: LabUnderTest) -> None:
    server = home_seen.board(converged)
    seen.shell(server, "systemctl start nginx.service")
    assert seen.shell(server, "systemctl is-active nginx.service || :").strip() == "inactive"
    assert home_seen.get(converged).status_code == 200


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_in_a_browser(converged: LabUnderTest, width: int) -> None:
    home_seen.wait_until_fresh(converged)
    page = browser.render(home_seen.url(converged), width)
    assert page.console == ()
    assert page.size[0] == width
    assert not page.is_blank
    for name in converged.boards:
        assert "°C" in page.row(name)
        assert "s ago" in page.row(name)


def test_links_answer(converged: LabUnderTest) -> None:
    config = load_config(converged.lab.cluster_toml)
    links = browser.render(home_seen.url(converged), DESKTOP).links
    assert links == [page.url for page in services(config, make_plan(config))]
    # Portainer's certificate is of the cluster's own authority; `picluster check` looks at it.
    trusting = ssl._create_unverified_context()  # noqa: S323
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusting)
    )
    for link in links:
        assert urlsplit(link).scheme in ("http", "https")
        with opener.open(link, timeout=20) as answer:
            assert answer.status == 200, link
