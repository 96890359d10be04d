"""What a service publishes, in both syntaxes of compose files."""

from typing import Any

import pytest

from picluster.plan.stack_ports import published


def seen(entry: Any) -> list[tuple[str, bool]]:
    return [(port.words, port.on_host) for port in published({"ports": [entry]})]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("80:80", "80/tcp"),
        ("8000:80", "8000/tcp"),
        ("53:53/udp", "53/udp"),
        ("53:53/UDP", "53/udp"),
        ("9000:9000/sctp", "9000/sctp"),
        ("8080-8090:80", "8080-8090/tcp"),
        ("8080-8090:80-90", "8080-8090/tcp"),
        ("8080-8080:80", "8080/tcp"),
        ("8080-8081:80-81/udp", "8080-8081/udp"),
        ("127.0.0.1:8001:8001", "8001/tcp"),
        ("0.0.0.0:8080-8090:80", "8080-8090/tcp"),
        ("[::1]:8001:8001", "8001/tcp"),
        ("65535:1", "65535/tcp"),
    ],
)
def test_short(entry: str, words: str) -> None:
    assert seen(entry) == [(words, False)]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"target": 80, "published": 8080}, ("8080/tcp", False)),
        ({"target": 80, "published": "8080"}, ("8080/tcp", False)),
        ({"target": 80, "published": "8080-8090"}, ("8080-8090/tcp", False)),
        ({"target": 53, "published": 53, "protocol": "udp"}, ("53/udp", False)),
        ({"target": 80, "published": 80, "mode": "ingress"}, ("80/tcp", False)),
        ({"target": 80, "published": 80, "mode": "host"}, ("80/tcp", True)),
        ({"target": 80, "published": 80, "protocol": None, "mode": None}, ("80/tcp", False)),
    ],
)
def test_long(entry: dict[str, Any], words: tuple[str, bool]) -> None:
    assert seen(entry) == [words]


@pytest.mark.parametrize(
    "entry",
    [
        80,
        "80",
        "80-90",
        "80/udp",
        "127.0.0.1::80",
        {"target": 80},
        {"target": 80, "published": 0},
        {"target": 80, "published": None},
        {"target": 80, "mode": "host"},
    ],
)
def test_without_a_number_docker_chooses_a_free_one(entry: Any) -> None:
    assert seen(entry) == []


@pytest.mark.parametrize(
    "entry", ["x:80", "90-80:80", "70000:80", "0:80", "", None, [], {"published": "80:80"}, True]
)
def test_what_docker_refuses_is_left_to_it(entry: Any) -> None:
    assert seen(entry) == []


@pytest.mark.parametrize("service", [{}, {"ports": None}, {"ports": "80:80"}, {"ports": {}}])
def test_without_a_list_there_is_none(service: dict[str, Any]) -> None:
    assert list(published(service)) == []


def test_each_has_its_place() -> None:
    found = published({"ports": ["80", "81:80", "82:80"]})
    assert [(port.position, port.numbers[0]) for port in found] == [(1, 81), (2, 82)]
