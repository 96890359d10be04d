"""What the Swarm operations announce for what they find, what they then do, and that it is enough.

The engines are played by tests/operations/played_swarm.py.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from operations import swarm
from tests.operations.played_swarm import SWARM, TOKEN, PlayedSwarm
from tests.unit.plan.swarms import node as entry

MANAGERS = ["pi8", "pi4", "pi2a"]
WORKERS = ["pi1a", "pi1b"]
BOARDS = [*MANAGERS, *WORKERS]
ALL = set(BOARDS)
POOL = "10.77.0.0/16"
Announced = dict[str, set[str]]


def _address(name: str) -> str:
    return f"192.0.2.{BOARDS.index(name) + 1}"


def _labels(name: str) -> dict[str, str]:
    return {"pi.model": name, "pi.note": "it's mine; $(touch owned)"}


def _steps(managers: list[str]) -> dict[str, tuple[Any, dict[str, Any]]]:
    """The operations as deploys/swarm calls them."""
    return {
        "create": (swarm.create, {"address": _address, "address_pool": POOL}),
        "certificates": (swarm.certificates, {"days": 365}),
        "forget": (swarm.forget, {"hostname": str}),
        "join": (swarm.join, {"address": _address}),
        "promote": (swarm.promote, {}),
        "demote": (swarm.demote, {}),
        "node": (swarm.node, {"labels": _labels, "prefix": "pi."}),
    }


def deploy(
    played: PlayedSwarm,
    *,
    executing: bool,
    managers: list[str] = MANAGERS,
    only: list[str] = BOARDS,
) -> Announced:
    """All operations in their order; which of them changed what, and `failed`."""
    left = [name for name in only if played.boards[name].answers]
    changed: Announced = {}
    first = True
    for step, (operation, arguments) in _steps(managers).items():
        if not left:
            break
        outcomes = played.call(
            operation, executing=executing, only=left, first=first, managers=managers, **arguments
        )
        first = False
        changed[step] = {n for n, found in outcomes.items() if found.commands and not found.failed}
        for name, found in outcomes.items():
            if found.failed:
                changed.setdefault("failed", set()).add(name)
                left.remove(name)
            elif not found.commands:
                assert found.noop, f"{step} says nothing of why it leaves {name} alone"
    return {step: hosts for step, hosts in changed.items() if hosts}


@pytest.fixture
def blank(monkeypatch: pytest.MonkeyPatch) -> PlayedSwarm:
    """Five boards on which there is nothing yet."""
    played = PlayedSwarm(*BOARDS).install(monkeypatch)
    for board in played.boards.values():
        board.engine = "absent"
    return played


@pytest.fixture
def played(blank: PlayedSwarm) -> PlayedSwarm:
    """Five boards after a plain run."""
    install_engines(blank)
    assert "failed" not in deploy(blank, executing=True)
    is_healthy(blank)
    blank.sent.clear()
    return blank


def install_engines(played: PlayedSwarm) -> None:
    """What the Docker deploy does before the Swarm's: every engine runs."""
    for board in played.boards.values():
        board.engine = "running"


def is_healthy(played: PlayedSwarm, managers: list[str] = MANAGERS) -> None:
    """Every board is in the Swarm once, in its role, labelled, and a run changes nothing."""
    nodes = {node["hostname"]: node for node in played.nodes.values()}
    assert sorted(nodes) == sorted(node["hostname"] for node in played.nodes.values())
    for name, board in played.boards.items():
        node = nodes[name]
        wished = ("manager", "reachable") if name in managers else ("worker", None)
        assert (node["role"], node["reachability"]) == wished
        assert (node["id"], node["state"]) == (board.node_id, "ready")
        assert node["availability"] == "active"
        assert {k: v for k, v in node["labels"].items() if k.startswith("pi.")} == _labels(name)
    assert played.certificate_days == 365
    assert deploy(played, executing=False, managers=managers) == {}
    assert deploy(played, executing=True, managers=managers) == {}


def test_blank_boards(blank: PlayedSwarm) -> None:
    announced = deploy(blank, executing=False)
    assert announced == {
        "create": {"pi8"},
        "certificates": {"pi8"},
        "join": ALL - {"pi8"},
        "promote": {"pi4", "pi2a"},
        "node": ALL,
    }
    assert blank.sent == [], "a dry run commands nothing"
    install_engines(blank)
    assert deploy(blank, executing=True) == announced
    is_healthy(blank)
    init = next(sent for sent in blank.sent if sent.words[-1] == "http://docker/swarm/init")
    assert init.host == "pi8"
    assert (
        init.stdin == '{"ListenAddr": "0.0.0.0:2377", "AdvertiseAddr": "192.0.2.1", '
        '"DataPathAddr": "192.0.2.1", "DefaultAddrPool": ["10.77.0.0/16"], "SubnetSize": 24}'
    )


def test_boards_are_asked_a_bounded_number_of_times(played: PlayedSwarm) -> None:
    played.asked.clear()
    assert deploy(played, executing=True) == {}
    assert sorted(played.asked) == sorted(BOARDS), "once each, however many operations ask"
    played.asked.clear()
    deploy(played, executing=True, only=["pi1b"])
    assert played.asked[0] == "pi1b", "each asks itself first, so that all are asked at once"


def test_what_was_changed_is_not_remembered_otherwise(blank: PlayedSwarm) -> None:
    install_engines(blank)
    deploy(blank, executing=True)
    arguments: dict[str, Any] = {"managers": MANAGERS, "labels": _labels, "prefix": "pi."}
    again = blank.call(swarm.node, executing=True, first=False, **arguments)
    assert not any(found.commands for found in again.values())


def test_one_board_is_the_whole_swarm(monkeypatch: pytest.MonkeyPatch) -> None:
    played = PlayedSwarm("pi8").install(monkeypatch)
    announced = deploy(played, executing=False, managers=["pi8"], only=["pi8"])
    assert announced == {"create": {"pi8"}, "certificates": {"pi8"}, "node": {"pi8"}}
    assert deploy(played, executing=True, managers=["pi8"], only=["pi8"]) == announced
    # Of one node all certificates are made anew at once.
    assert any("docker swarm ca --quiet --rotate --cert-expiry" in s.line for s in played.sent)


def _reflashed(name: str) -> Callable[[PlayedSwarm], None]:
    return lambda played: played.reflash(name)


def _left(name: str, state: str = "inactive") -> Callable[[PlayedSwarm], None]:
    def act(played: PlayedSwarm) -> None:
        played.leave(name)
        played.boards[name].state = state

    return act


def _engine(name: str, engine: str) -> Callable[[PlayedSwarm], None]:
    def act(played: PlayedSwarm) -> None:
        played.boards[name].engine = engine
        played._missed(played.boards[name].node_id)

    return act


def _expired(played: PlayedSwarm) -> None:
    played._missed(played.boards["pi1a"].node_id)
    played.boards["pi1a"].state = "error"


def _removed(name: str) -> Callable[[PlayedSwarm], None]:
    return lambda played: played.nodes.pop(played.boards[name].node_id or "") and None


def _node(name: str, **changes: Any) -> Callable[[PlayedSwarm], None]:
    return lambda played: played.change(name, **changes)


def _labelled(name: str, labels: dict[str, str]) -> Callable[[PlayedSwarm], None]:
    return _node(name, labels=_labels(name) | labels)


def _promoted(played: PlayedSwarm) -> None:
    played._promoted(played.boards["pi1a"].node_id or "")


def _demoted(played: PlayedSwarm) -> None:
    played._demoted(played.boards["pi4"].node_id or "")


def _recovered(played: PlayedSwarm) -> None:
    for name in ("pi4", "pi2a"):
        played.change(name, reachability=None)


def _two_old_lives(played: PlayedSwarm) -> None:
    played.nodes["old"] = entry("pi1a", id="old", state="down")
    played.reflash("pi1a")


ACCIDENTS: dict[str, tuple[Callable[[PlayedSwarm], None], Announced]] = {
    "a worker with a new card": (
        _reflashed("pi1a"),
        {"forget": {"pi1a"}, "join": {"pi1a"}, "node": {"pi1a"}},
    ),
    "a manager with a new card": (
        _reflashed("pi4"),
        {"forget": {"pi4"}, "join": {"pi4"}, "promote": {"pi4"}, "node": {"pi4"}},
    ),
    "the first manager with a new card": (
        _reflashed("pi8"),
        {"forget": {"pi8"}, "join": {"pi8"}, "promote": {"pi8"}, "node": {"pi8"}},
    ),
    "entries of two earlier lives": (
        _two_old_lives,
        {"forget": {"pi1a"}, "join": {"pi1a"}, "node": {"pi1a"}},
    ),
    "a worker that left by hand": (
        _left("pi1a"),
        {"forget": {"pi1a"}, "join": {"pi1a"}, "node": {"pi1a"}},
    ),
    "a manager that left by hand": (
        _left("pi2a"),
        {"forget": {"pi2a"}, "join": {"pi2a"}, "promote": {"pi2a"}, "node": {"pi2a"}},
    ),
    "a join that timed out": (
        _left("pi1a", "pending"),
        {"forget": {"pi1a"}, "join": {"pi1a"}, "node": {"pi1a"}},
    ),
    "an expired certificate": (_expired, {"join": {"pi1a"}, "node": {"pi1a"}}),
    "a node that the managers removed": (
        _removed("pi1a"),
        {"join": {"pi1a"}, "node": {"pi1a"}},
    ),
    "a stopped engine": (_engine("pi1a", "stopped"), {}),
    "a manager's stopped engine": (_engine("pi4", "stopped"), {}),
    "Docker purged, its data kept": (_engine("pi4", "absent"), {}),
    "a label removed": (_node("pi1a", labels={"pi.model": "pi1a"}), {"node": {"pi1a"}}),
    "a label changed": (_labelled("pi4", {"pi.model": "no"}), {"node": {"pi4"}}),
    "a label of ours too many": (_labelled("pi8", {"pi.old": "1"}), {"node": {"pi8"}}),
    "a foreign label": (_labelled("pi1a", {"mine": "1"}), {}),
    "drained by hand": (_node("pi1b", availability="drain"), {"node": {"pi1b"}}),
    "one manager too many": (_promoted, {"demote": {"pi1a"}}),
    "one manager too few": (_demoted, {"promote": {"pi4"}}),
    "a recovered Swarm": (
        _recovered,
        {"join": {"pi4", "pi2a"}, "promote": {"pi4", "pi2a"}, "node": {"pi4", "pi2a"}},
    ),
}


def _foreign_labels(played: PlayedSwarm) -> set[tuple[str, str]]:
    return {
        (node["hostname"], key)
        for node in played.nodes.values()
        for key in node["labels"]
        if not key.startswith("pi.")
    }


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_one_plain_run_mends(played: PlayedSwarm, accident: str) -> None:
    happens, expected = ACCIDENTS[accident]
    happens(played)
    foreign = _foreign_labels(played)
    assert deploy(played, executing=False) == expected
    for name, board in played.boards.items():
        if board.engine != "running" and board.node_id is not None:
            played.change(name, state="ready")
            if name in MANAGERS:
                played._promoted(board.node_id)
    install_engines(played)
    assert deploy(played, executing=True) == expected
    assert _foreign_labels(played) == foreign
    is_healthy(played)


def test_managers_that_the_plan_no_longer_names(played: PlayedSwarm) -> None:
    """Promoted before demoted, and never fewer than there are to be."""
    wished = ["pi8", "pi1a", "pi1b"]
    expected = {"promote": {"pi1a", "pi1b"}, "demote": {"pi4", "pi2a"}}
    assert deploy(played, executing=False, managers=wished) == expected
    circles: list[int] = []
    obey = played._obey

    def watched(sent: Any) -> Any:
        circles.append(len(played.circle()))
        return obey(sent)

    played._obey = watched  # type: ignore[method-assign]
    assert deploy(played, executing=True, managers=wished) == expected
    assert min(circles) >= 3
    is_healthy(played, wished)


def test_a_board_that_is_away_stops_nobody(played: PlayedSwarm) -> None:
    played.lose("pi2a")
    played.entry("pi1a")["labels"].clear()
    assert deploy(played, executing=False) == {"node": {"pi1a"}}
    assert deploy(played, executing=True) == {"node": {"pi1a"}}


@pytest.mark.parametrize("executing", [False, True])
def test_nothing_is_made_while_a_manager_cannot_be_asked(
    blank: PlayedSwarm, executing: bool, caplog: pytest.LogCaptureFixture
) -> None:
    install_engines(blank)
    blank.boards["pi4"].answers = False
    assert deploy(blank, executing=executing) == {"failed": ALL - {"pi4"}}
    assert "no Swarm is made while pi4 cannot be asked" in caplog.text
    assert blank.sent == []


@pytest.mark.parametrize("executing", [False, True])
def test_a_lost_quorum_is_refused_on_every_board(
    played: PlayedSwarm, executing: bool, caplog: pytest.LogCaptureFixture
) -> None:
    played.lose("pi8")
    played.lose("pi4")
    played.boards["pi1b"] = type(played.boards["pi1b"])()
    assert deploy(played, executing=executing) == {"failed": {"pi2a", "pi1a", "pi1b"}}
    assert "deploys.swarm.recover --data survivor=pi2a" in caplog.text
    assert played.sent == []


@pytest.mark.parametrize("executing", [False, True])
def test_a_second_swarm_is_refused_on_every_board(
    played: PlayedSwarm, executing: bool, caplog: pytest.LogCaptureFixture
) -> None:
    played.boards["pi4"].swarm_id = "another"
    assert deploy(played, executing=executing) == {"failed": ALL}
    assert "pi4 in another" in caplog.text
    assert played.sent == []


@pytest.mark.parametrize("executing", [False, True])
def test_a_worker_of_another_swarm_is_left_alone(played: PlayedSwarm, executing: bool) -> None:
    played.boards["pi1a"].swarm_id = "another"
    assert deploy(played, executing=executing) == {"failed": {"pi1a"}}
    assert played.sent == []


def test_a_board_that_does_not_find_its_swarm_is_named_once_it_runs(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    played.boards["pi1a"].state = "pending"
    assert deploy(played, executing=False) == {}, "it may find it until then"
    assert deploy(played, executing=True) == {"failed": {"pi1a"}}
    assert "does not find the Swarm that it is a member of" in caplog.text
    assert played.sent == []


def test_a_limited_run_waits_for_the_creator(
    blank: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    install_engines(blank)
    assert deploy(blank, executing=False, only=["pi1a"]) == {"failed": {"pi1a"}}
    assert "there is no Swarm yet, and pi8, which makes it, is not part of this run" in caplog.text


def test_a_limited_run_on_one_worker(played: PlayedSwarm) -> None:
    played.reflash("pi1a")
    played.entry("pi1b")["labels"].clear()
    install_engines(played)
    expected = {"forget": {"pi1a"}, "join": {"pi1a"}, "node": {"pi1a"}}
    assert deploy(played, executing=False, only=["pi1a"]) == expected
    assert deploy(played, executing=True, only=["pi1a"]) == expected


def test_who_does_not_get_its_swarm_joins_none(
    blank: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    install_engines(blank)
    blank.broken["pi8", "/swarm/init"] = "could not choose an IP address"
    assert deploy(blank, executing=True) == {"failed": ALL}
    assert "the Swarm was not made: could not choose an IP address" in caplog.text
    assert blank.nodes == {}
    blank.broken.clear()
    assert "failed" not in deploy(blank, executing=True)
    is_healthy(blank)


class CutOffError(Exception):
    """The run was killed."""


CUTS = [("blank boards", stop) for stop in range(18)]
CUTS += [(name, stop) for name in ACCIDENTS for stop in range(8) if ACCIDENTS[name][1]]


@pytest.mark.parametrize(("accident", "stop"), CUTS)
def test_a_run_that_is_cut_off_is_finished_by_the_next(
    blank: PlayedSwarm, accident: str, stop: int
) -> None:
    """After each command that the run sends; what the board does with it, it still does."""
    install_engines(blank)
    if accident in ACCIDENTS:
        deploy(blank, executing=True)
        ACCIDENTS[accident][0](blank)
        install_engines(blank)
        blank.sent.clear()
    obey = blank._obey

    def cut(sent: Any) -> Any:
        done = obey(sent)
        if len(blank.sent) > stop:
            raise CutOffError
        return done

    blank._obey = cut  # type: ignore[method-assign]
    with suppress(CutOffError):
        deploy(blank, executing=True)
    assert len(blank.sent) <= stop + 1
    blank._obey = obey  # type: ignore[method-assign]
    blank.sleep(60)
    assert "failed" not in deploy(blank, executing=True)
    is_healthy(blank)


@pytest.mark.parametrize(
    ("operation", "arguments", "reason"),
    [
        (swarm.promote, {"managers": []}, "managers is empty"),
        (swarm.promote, {"managers": ["pi8", "nobody"]}, "the inventory has no host 'nobody'"),
        (swarm.promote, {"managers": 8}, "managers takes a list of texts, not 8"),
        (swarm.certificates, {"days": "$(id)"}, "days is '$(id)'"),
        (swarm.certificates, {"days": 0}, "days is 0"),
        (swarm.certificates, {"days": True}, "days is True"),
        (swarm.create, {"address": "eth0", "address_pool": POOL}, "eth0"),
        (swarm.create, {"address": "192.0.2.1", "address_pool": "10.77.0.1/16"}, "host bits set"),
        (swarm.join, {"address": "pi8.local"}, "pi8.local"),
        (swarm.node, {"labels": {"x.a": "1"}, "prefix": "pi."}, "no label with the prefix"),
        (swarm.node, {"labels": {"pi.": "1"}, "prefix": "pi."}, "no label with the prefix"),
        (swarm.node, {"labels": {"pi.a=b": "1"}, "prefix": "pi."}, "no label with the prefix"),
        (swarm.node, {"labels": {"pi.a": "1\n2"}, "prefix": "pi."}, "no line of text"),
        (swarm.node, {"labels": {}, "prefix": ""}, "no prefix of labels"),
        (swarm.node, {"labels": {}, "prefix": 5}, "no prefix of labels"),
        (swarm.node, {"labels": ["pi.a"], "prefix": "pi."}, "labels takes a table"),
        (
            swarm.node,
            {"labels": {}, "prefix": "pi.", "availability": "off"},
            "availability is 'off', not active, pause, drain",
        ),
        (
            swarm.recover,
            {"survivor": "nobody", "address": "192.0.2.1"},
            "the inventory has no host 'nobody'",
        ),
    ],
)
def test_wrong_values_are_refused_with_a_reason(
    played: PlayedSwarm,
    operation: Any,
    arguments: dict[str, Any],
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for executing in (False, True):
        caplog.clear()
        outcomes = played.call(
            operation, executing=executing, only=["pi8"], **({"managers": MANAGERS} | arguments)
        )
        assert outcomes["pi8"].failed
        assert reason in caplog.text
    assert played.sent == []


def test_without_wishes_a_new_node_is_left_as_it_is(blank: PlayedSwarm) -> None:
    outcomes = blank.call(swarm.node, managers=MANAGERS, labels={}, prefix="pi.")
    assert {name for name, found in outcomes.items() if found.commands} == set()
    outcomes = blank.call(
        swarm.node, managers=MANAGERS, labels={}, prefix="pi.", availability="drain"
    )
    assert {name for name, found in outcomes.items() if found.commands} == ALL


def test_an_availability_that_nobody_wishes_stays(played: PlayedSwarm) -> None:
    played.change("pi1a", availability="drain")
    arguments: dict[str, Any] = {
        "managers": MANAGERS, "labels": {}, "prefix": "other.", "availability": None,
    }  # fmt: skip
    outcomes = played.call(swarm.node, **arguments)
    assert {name for name, found in outcomes.items() if found.commands} == set()
    outcomes = played.call(swarm.node, **arguments | {"labels": {"other.key": "1"}})
    assert {name for name, found in outcomes.items() if found.commands} == ALL
    assert not [sent for sent in played.sent if "--availability" in str(sent)]


def test_the_swarms_name_and_no_secret_is_told(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    outcomes = played.call(swarm.create, managers=MANAGERS, address=_address, address_pool=POOL)
    assert outcomes["pi8"].noop == f"the Swarm is {SWARM}"
    assert TOKEN not in caplog.text
