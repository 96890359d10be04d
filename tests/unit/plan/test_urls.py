"""The table of pages: what is planned, by address, and nothing that is off."""

from typing import Any

import pytest

from picluster.plan.plan import make_plan
from picluster.plan.urls import Page, addresses, services
from tests.unit.plan.clusters import cluster

BOARDS: tuple[dict[str, Any], ...] = ({"memory_gb": 8}, {"memory_gb": 4}, {})
OFF = {"enabled": False}


def pages(**tables: Any) -> list[Page]:
    """Of three boards."""
    config = cluster(*BOARDS, **tables)
    return addresses(config, make_plan(config))


def test_all_of_them() -> None:
    assert [(page.title, page.url) for page in pages()] == [
        ("Home page", "http://10.0.0.2/"),
        ("Portainer", "https://10.0.0.2:9443/"),
        ("HDFS", "http://10.0.0.1:9870/"),
        ("YARN", "http://10.0.0.1:8088/"),
        ("MapReduce's history", "http://10.0.0.1:19888/"),
        ("Spark's history", "http://10.0.0.1:18080/"),
    ]


@pytest.mark.parametrize(
    ("off", "left"),
    [
        (["home", "portainer"], {"HDFS", "YARN", "MapReduce's history", "Spark's history"}),
        (["spark"], {"Home page", "Portainer", "HDFS", "YARN", "MapReduce's history"}),
        (["spark", "yarn"], {"Home page", "Portainer", "HDFS"}),
        (["spark", "yarn", "hdfs"], {"Home page", "Portainer"}),
        (["spark", "yarn", "hdfs", "portainer", "home"], set()),
    ],
)
def test_what_is_off_has_no_page(off: list[str], left: set[str]) -> None:
    assert {page.title for page in pages(**dict.fromkeys(off, OFF))} == left


def test_a_pinned_role_leads_elsewhere() -> None:
    config = cluster({"memory_gb": 8}, {"memory_gb": 4}, {"roles": ["portainer"]})
    found = {page.title: page.url for page in addresses(config, make_plan(config))}
    assert found["Portainer"] == "https://10.0.0.3:9443/"


def test_the_home_page_shows_the_others() -> None:
    config = cluster(*BOARDS)
    shown = services(config, make_plan(config))
    assert shown == addresses(config, make_plan(config))[1:]
