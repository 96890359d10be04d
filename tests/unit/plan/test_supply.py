"""Power supplies that are too small."""

from typing import Any

import pytest

from picluster.plan.power import PowerBudget, power_budget
from picluster.plan.power_section import Power
from picluster.plan.supply import Supply, supply_warnings
from tests.unit.plan.clusters import cluster

SEVEN = power_budget(cluster(*[{}] * 4, *[{"model": "3B+", "memory_gb": 1}] * 3))
FIVES = power_budget(cluster(*[{"model": "5", "memory_gb": 8}] * 8))


def warnings(budget: PowerBudget = SEVEN, **keys: Any) -> tuple[str, ...]:
    return supply_warnings(Power(**keys), budget)


def test_nothing_declared_is_nothing_to_warn_of() -> None:
    assert warnings() == ()


@pytest.mark.parametrize(
    "keys",
    [
        {"supply_watts": 74},
        {"supply_watts": 200, "supply_ports": 7, "port_amperes": 3},
        {"supply_ports": 7},
        {"port_amperes": 2.4},
    ],
)
def test_a_supply_that_is_large_enough(keys: dict[str, Any]) -> None:
    assert warnings(**keys) == ()


@pytest.mark.parametrize(
    ("watts", "words"),
    [
        (16, "take 17 W when idle: they will not all start. Take a supply of 74 W"),
        (40, "sink below 4.63 V or the supply switch off, for all boards at once; 3 of 7 boards"),
        (24, "no board can work hard"),
        (60, "take 49 W of it with all cores busy: too little is left for peaks"),
        (73, "7 of 7 boards can work hard at once"),
    ],
)
def test_watts(watts: float, words: str) -> None:
    (text,) = warnings(supply_watts=watts)
    assert text.startswith(f"the supply gives {watts} W, and the boards take ")
    assert words in text


def test_a_supply_for_six_feeding_seven() -> None:
    total, ports = warnings(supply_watts=60, supply_ports=6, port_amperes=2.4)
    assert "6 of 7 boards can work hard at once" in total
    assert ports == (
        "the supply has 6 ports for 7 boards: two that share one may take up to 16.3 W, and a port "
        "gives 12 W. Give each board a port of its own"
    )


def test_boards_that_may_share_a_port() -> None:
    (text,) = warnings(supply_ports=6, port_amperes=3.4)
    assert text.endswith("16.3 W, and a port gives 17 W. Let those share that take least")


@pytest.mark.parametrize(("ports", "watts"), [(6, 13.6), (5, 14.0), (4, 14.0)])
def test_the_best_pairs_are_made(ports: int, watts: float) -> None:
    (text,) = (text for text in warnings(supply_ports=ports, port_amperes=2) if "share" in text)
    assert f"up to {1.2 * watts:.1f} W, and a port gives 10 W" in text


def test_boards_that_could_not_even_share() -> None:
    (text,) = warnings(supply_ports=3, port_amperes=2.4, supply_watts=36)[1:]
    assert text == "the supply has 3 ports for 7 boards. Give each board a port of its own"


def test_too_few_ports_without_amperes() -> None:
    (text,) = warnings(supply_ports=1)
    expected = "the supply has 1 port for 7 boards. Give each board a port of its own"
    assert text == expected


def test_a_port_that_is_too_small_for_a_pi_5() -> None:
    (text,) = warnings(FIVES, port_amperes=3)
    assert text.startswith(
        "a port gives 15 W, and under load n0, n1, n2, n3 and 4 more may take up to 16.6 W"
    )


@pytest.mark.parametrize(
    ("keys", "watts"),
    [
        ({}, None),
        ({"supply_ports": 6}, None),
        ({"supply_watts": 60}, 60),
        ({"supply_ports": 6, "port_amperes": 2.4}, 72),
        ({"supply_watts": 60, "supply_ports": 6, "port_amperes": 2.4}, 60),
        ({"supply_watts": 60, "supply_ports": 2, "port_amperes": 2.4}, 24),
    ],
)
def test_a_supply_gives_no_more_than_its_ports(keys: dict[str, Any], watts: float | None) -> None:
    assert Supply(Power(**keys)).watts == watts
