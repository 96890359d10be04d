"""Where the home page is, and where boards hand in their figures."""

from typing import Any

import pytest

from picluster.artefacts import places
from picluster.plan import hadoop_ports, home, homechecks, spark_ports
from picluster.plan.layout import home_page
from picluster.plan.plan import make_plan
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


def test_ports_of_the_cluster_are_known() -> None:
    names = [name for name in vars(hadoop_ports) if name.isupper()]
    ports = {getattr(hadoop_ports, name) for name in names}
    ports |= {places.PORT, spark_ports.HISTORY_HTTP}
    assert len(ports) > 10
    assert ports <= homechecks.taken_ports()
