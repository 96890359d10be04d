"""Where the home page is, and where boards hand in their figures."""

from typing import Any

import pytest

from picluster.plan import home
from picluster.plan.layout import home_page
from picluster.plan.plan import make_plan
from picluster.plan.problems import ConfigError
from tests.unit.plan.clusters import cluster

BOARDS: tuple[dict[str, Any], ...] = ({"memory_gb": 8}, {"memory_gb": 4}, {})
OFF = {"enabled": False}


def test_it_is_on_the_second_strongest() -> None:
    config = cluster(*BOARDS)
    assert [home.is_home(config, node) for node in config.nodes] == [False, True, False]
    assert home.url(config) == "http://10.0.0.2/"


def test_it_can_be_pinned_and_have_another_port() -> None:
    config = cluster({"memory_gb": 8}, {"memory_gb": 4}, {"roles": ["home"]}, home={"port": 8000})
    assert home_page(config) == "n2"
    assert home.url(config) == "http://10.0.0.3:8000/"


def test_each_board_has_a_place_of_its_own() -> None:
    config = cluster(*BOARDS)
    assert [home.figures_url(config, node) for node in config.nodes] == [
        f"http://10.0.0.2/boards/n{number}.json" for number in range(3)
    ]


@pytest.mark.parametrize("off", ["home", "thermal"])
def test_without_page_or_watch_nothing_is_handed_in(off: str) -> None:
    tables: dict[str, Any] = {off: OFF}
    config = cluster(*BOARDS, **tables)
    assert {home.figures_url(config, node) for node in config.nodes} == {None}


def test_off_it_is_nowhere_and_takes_no_memory() -> None:
    on, off = cluster(*BOARDS), cluster(*BOARDS, home=OFF)
    assert not any(home.is_home(off, node) for node in off.nodes)
    shares = [
        [share.what for planned in make_plan(config).nodes for share in planned.shares]
        for config in (on, off)
    ]
    assert [names.count("home page") for names in shares] == [1, 0]


@pytest.mark.parametrize("port", [2377, 3142, 5001, 7946, 8040, 8042, 8088, 8873, 9443, 13562])
def test_it_takes_no_port_of_another_service_that_is_on_or_off(port: int) -> None:
    with pytest.raises(ConfigError, match=f"home.port: {port} is a port of another service"):
        cluster(*BOARDS, home={"port": port}, hdfs=OFF, yarn=OFF, spark=OFF, portainer=OFF)


@pytest.mark.parametrize("port", [80, 4040, 4789, 8000, 8443])
def test_it_may_have_one_that_is_free_or_another_protocols(port: int) -> None:
    assert home.url(cluster(*BOARDS, home={"port": port})).startswith("http://10.0.0.2")
