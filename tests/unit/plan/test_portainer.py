"""What is decided about Portainer from what is found of it."""

import pytest

from picluster.plan.portainer import (
    AGENT_URL,
    FoundBoard,
    FoundEnvironment,
    FoundServer,
    broken_key,
    environment_step,
    expected_nodes,
    left_over_data,
    moved_data,
    notices,
    older_version,
    taken_port,
    unknown_password,
    without_agent,
    wrong_password,
)

EMPTY, FULL = FoundBoard(path="/v/_data"), FoundBoard(data=True, path="/v/_data")


def environment(number: int, **more: object) -> FoundEnvironment:
    values: dict[str, object] = {"id": number, "name": f"e{number}", "type": 2, "url": AGENT_URL}
    return FoundEnvironment(**(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("boards", "refused"),
    [
        ({"pi4": EMPTY, "pi8": EMPTY}, False),
        ({"pi4": FULL, "pi8": EMPTY}, False),
        ({"pi4": FULL, "pi8": FULL}, False),
        ({"pi4": EMPTY, "pi8": FULL}, True),
        ({"pi4": None, "pi8": FULL}, False),  # nobody knows what it has
        ({"pi4": None, "pi8": None}, False),
    ],
)
def test_data_on_another_board(boards: dict[str, FoundBoard | None], refused: bool) -> None:
    reason = moved_data("pi4", boards)
    assert (reason is not None) == refused
    if reason is not None:
        assert "its data is on pi8" in reason
        assert "planned for pi4" in reason
        assert 'roles = ["portainer"]' in reason


def test_data_that_nobody_uses_is_named() -> None:
    assert left_over_data("pi4", {"pi4": FULL, "pi8": FULL, "pi2a": None}) == ["pi8"]
    assert left_over_data("pi4", {"pi4": EMPTY, "pi8": FULL}) == []


@pytest.mark.parametrize(
    ("board", "words"),
    [
        (None, None),
        (EMPTY, None),
        (FoundBoard(listener="docker-proxy", holder="p.1", service="portainer_server"), None),
        (FoundBoard(listener="docker-proxy", holder="p", service="old_one"), "service rm old_one"),
        (FoundBoard(listener="docker-proxy", holder="mine"), "docker rm --force mine"),
        (FoundBoard(listener="dockerd"), "docker service ls"),
        (FoundBoard(listener="nginx"), "the program nginx"),
    ],
)
def test_who_holds_the_port(board: FoundBoard | None, words: str | None) -> None:
    reason = taken_port("pi4", board)
    assert (reason is None) == (words is None)
    if reason is not None and words is not None:
        assert words in reason
        assert "9443 of pi4" in reason


@pytest.mark.parametrize(
    ("running", "wished", "refused"),
    [
        (None, "2.45.0", False),
        ("2.45.0", "2.45.0", False),
        ("2.39.0", "2.45.0", False),
        ("2.45.0", "2.39.0", True),
        ("2.9.0", "2.45.0", False),
        ("2.45.0-alpine", "2.45.0", False),
        ("latest", "2.45.0", False),
    ],
)
def test_an_older_version(running: str | None, wished: str, refused: bool) -> None:
    assert (older_version(running, wished, has_data=True) is not None) == refused
    assert older_version(running, wished, has_data=False) is None


def test_a_password_that_nobody_knows() -> None:
    reason = unknown_password("pi4", has_data=True, is_known=False, file="/x/password")
    assert reason is not None
    assert "/x/password" in reason
    assert unknown_password("pi4", has_data=False, is_known=False, file="/x") is None
    assert unknown_password("pi4", has_data=True, is_known=True, file="/x") is None


def test_a_password_changed_by_hand() -> None:
    reason = wrong_password(FoundServer(administrator=True, wrong_password=True), "/x/password")
    assert reason is not None
    assert "/x/password" in reason
    banned = wrong_password(FoundServer(administrator=True, banned=True), "/x")
    assert banned is not None
    assert "for an hour" in banned
    assert wrong_password(FoundServer(administrator=True), "/x") is None
    assert wrong_password(FoundServer(unreachable="no"), "/x") is None


def test_an_empty_key_is_named_with_its_path() -> None:
    reason = broken_key("pi4", FoundBoard(data=True, broken_key=True, path="/v/_data"))
    assert reason is not None
    assert "sudo rm /v/_data/chisel/private-key.pem" in reason
    assert broken_key("pi4", FULL) is None
    assert broken_key("pi4", None) is None


def test_environments() -> None:
    foreign = environment(1, url="tcp://10.0.0.1:2375", type=1)
    assert environment_step(FoundServer()) == "create"
    assert environment_step(FoundServer(environments=(foreign,))) == "create"
    assert environment_step(FoundServer(environments=(foreign, environment(2)))) == "none"
    assert environment_step(FoundServer(environments=(environment(2, tls=False),))) == "update"
    # Renamed by hand, it is the same one.
    assert environment_step(FoundServer(environments=(environment(2, name="mine"),))) == "none"


def test_the_first_of_duplicates_is_ours_and_the_others_are_named() -> None:
    server = FoundServer(environments=(environment(7), environment(3), environment(5, url="x")))
    assert server.environment == environment(3)
    said = notices(server)
    assert len(said) == 2
    assert "e7 (the same as e3)" in said[0]
    assert "e5 (x)" in said[1]
    assert notices(FoundServer(environments=(environment(1),))) == []


def test_nodes_that_should_run_an_agent() -> None:
    nodes = [
        {"hostname": "a", "state": "ready", "availability": "active"},
        {"hostname": "b", "state": "ready", "availability": "pause"},
        {"hostname": "c", "state": "ready", "availability": "drain"},
        {"hostname": "d", "state": "down", "availability": "active"},
    ]
    assert expected_nodes(nodes) == ["a"]
    assert without_agent(["b", "a"], ["a", "z"]) == ["b"]
