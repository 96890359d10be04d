"""Boards that are nodes already, and what differs."""

from typing import Any

from picluster.contact.merge import merge
from tests.unit.contact.boards import board


def node(name: str, last: int, **more: Any) -> dict[str, Any]:
    return {"name": name, "address": f"192.168.1.{last}", "model": "4B", "memory_gb": 2, **more}


def mac(last: int) -> str:
    return f"DC-A6-32-00-00-{last:02X}"


def test_nothing_differs_however_the_mac_is_spelt() -> None:
    plan = merge([node("a", 11, mac=mac(11))], [board(11)])
    assert [(known.entry.name, known.changes) for known in plan.known] == [("a", {})]
    assert plan.new == []


def test_known_by_its_mac_at_another_address() -> None:
    [known] = merge([node("a", 30, mac=mac(11))], [board(11)]).known
    assert known.difference == 'address "192.168.1.11" instead of "192.168.1.30"'


def test_known_by_its_address() -> None:
    [known] = merge([node("b", 12), node("a", 11, memory_gb=4)], [board(11)]).known
    assert (known.index, known.entry.name) == (1, "a")
    assert known.difference == 'memory_gb 2 instead of 4, mac "dc:a6:32:00:00:0b"'


def test_two_boards_that_changed_places() -> None:
    nodes = [node("a", 11, mac=mac(12)), node("b", 12, mac=mac(11))]
    plan = merge(nodes, [board(11), board(12)])
    assert [known.entry.name for known in plan.known] == ["b", "a"]
    assert all(list(known.changes) == ["address"] for known in plan.known)


def test_a_new_board_at_the_address_of_one_that_moved() -> None:
    plan = merge([node("a", 11, mac=mac(12))], [board(11, 4), board(12)])
    assert [known.entry.name for known in plan.known] == ["a"]
    assert [entry.name for entry in plan.new] == ["pi4"]


def test_new_names_avoid_those_in_the_file() -> None:
    plan = merge([node("pi2", 30)], [board(11), board(12)])
    assert [entry.name for entry in plan.new] == ["pi2b", "pi2c"]
