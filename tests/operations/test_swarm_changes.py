"""What is sent to which board, in which order, what is waited for, and what is kept secret."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from pyinfra.connectors.util import CommandOutput, OutputLine

from operations import peers, swarm, swarm_changes, swarm_health, verify
from tests.operations.board import playing
from tests.operations.played_swarm import CHANGE_AFTER, DOWN_AFTER, TOKEN, PlayedSwarm, Sent
from tests.operations.test_swarm import ALL, BOARDS, MANAGERS, deploy, install_engines
from tests.unit.plan.swarms import member


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Iterator[PlayedSwarm]:
    """Five boards in one Swarm, without labels."""
    made = PlayedSwarm(*BOARDS).install(monkeypatch).form(*MANAGERS)
    yield made
    peers.forget()


def _do(played: PlayedSwarm, name: str, function: Any, *arguments: Any) -> bool:
    """Calls what an operation yields, as a run does."""
    peers.forget()
    others = [played.host(other) for other in BOARDS if other != name]
    host = played.host(name)
    with playing(host, *others, executing=True) as state:
        done: bool = function(state, host, *arguments)
    return done


def _lines(played: PlayedSwarm) -> list[tuple[str, str]]:
    return [(sent.host, sent.line) for sent in played.sent]


def _path(sent: Sent) -> str:
    return sent.words[-1].removeprefix("http://docker")


# The join token.


def test_the_token_goes_in_on_standard_input_only(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    played = PlayedSwarm(*BOARDS).install(monkeypatch)
    assert "failed" not in deploy(played, executing=True)
    assert [sent.line for sent in played.sent if TOKEN in sent.line] == []
    holders = [sent for sent in played.sent if TOKEN in (sent.stdin or "")]
    assert {(sent.host, _path(sent)) for sent in holders} == {
        (name, "/swarm/join") for name in ALL - {"pi8"}
    }
    # What brings it, and what takes it there, may not be shown at -vv either.
    assert not any(sent.shown for sent in played.sent if "curl" in sent.line)
    assert TOKEN not in caplog.text
    assert TOKEN.rpartition("-")[2] not in caplog.text


def test_a_join_that_fails_leaves_again_and_keeps_the_secret(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    played.leave("pi1a")
    played.broken["pi1a", "/swarm/join"] = f"Timeout was reached before node joined with {TOKEN}"
    assert not _do(played, "pi1a", swarm_changes.join, MANAGERS, "192.0.2.4")
    assert "it did not join: Timeout was reached before node joined with …" in caplog.text
    assert "(pi8:2377, pi4:2377, pi2a:2377)" in caplog.text
    assert TOKEN not in caplog.text
    assert _lines(played)[-1] == ("pi1a", "docker swarm leave --force")
    assert played.boards["pi1a"].state == "inactive", "it must not go on trying"


def test_a_join_asks_the_next_manager_for_the_token(played: PlayedSwarm) -> None:
    played.leave("pi1a")
    played.broken["pi8", "/swarm"] = "context deadline exceeded"
    assert _do(played, "pi1a", swarm_changes.join, MANAGERS, "192.0.2.4")
    assert [(sent.host, _path(sent)) for sent in played.sent] == [
        ("pi8", "/swarm"),
        ("pi4", "/swarm"),
        ("pi1a", "/swarm/join"),
    ]


def test_nobody_gives_a_token(played: PlayedSwarm, caplog: pytest.LogCaptureFixture) -> None:
    played.leave("pi1a")
    for name in MANAGERS:
        played.broken[name, "/swarm"] = "context deadline exceeded"
    assert not _do(played, "pi1a", swarm_changes.join, MANAGERS, "192.0.2.4")
    assert "no manager gave a join token: pi2a: context deadline exceeded" in caplog.text
    assert [sent for sent in played.sent if _path(sent) == "/swarm/join"] == []


@pytest.mark.parametrize("answer", ["[]", "{}", '{"JoinTokens": null}', "no JSON", ""])
def test_an_answer_without_a_token(
    played: PlayedSwarm, answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    played.leave("pi1a")
    played._http = lambda sent, path: [answer, "200"]  # type: ignore[method-assign]
    assert not _do(played, "pi1a", swarm_changes.join, MANAGERS, "192.0.2.4")
    assert "no manager gave a join token: pi2a gave an answer without one" in caplog.text


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("lines", [[f'{{"JoinTokens": {{"Worker": "{TOKEN}"'], [f'"{TOKEN}"', ""]])
def test_half_an_answer_is_not_told(
    played: PlayedSwarm,
    done: bool,
    lines: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The board died while it told the token."""
    played.leave("pi1a")
    output = CommandOutput([OutputLine("stdout", line) for line in lines])
    monkeypatch.setattr(peers, "run", lambda *_, **__: (done, output))
    assert not _do(played, "pi1a", swarm_changes.join, MANAGERS, "192.0.2.4")
    assert "no manager gave a join token" in caplog.text
    assert TOKEN not in caplog.text


def test_without_a_swarm_there_is_nothing_to_join(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    played = PlayedSwarm(*BOARDS).install(monkeypatch)
    assert not _do(played, "pi1a", swarm_changes.join, MANAGERS, "192.0.2.4")
    assert "there is no Swarm to join" in caplog.text
    assert played.sent == []


def test_a_manager_that_rejoins_leaves_the_circle_first(played: PlayedSwarm) -> None:
    old = played.boards["pi4"].node_id
    played.boards["pi4"].state = "error"
    assert _do(played, "pi4", swarm_changes.join, MANAGERS, "192.0.2.2")
    assert [line for line in _lines(played) if "docker" in line[1].split()] == [
        ("pi4", "docker swarm leave --force"),
        ("pi8", f"docker node demote {old}"),
        ("pi8", f"docker node rm --force {old}"),
    ]
    assert old not in played.nodes
    assert played.entry("pi4")["role"] == "worker"


def test_a_board_promoted_just_now_does_not_leave(played: PlayedSwarm) -> None:
    """Its own word says manager, and the managers' circle has it only in a moment."""
    board = played.boards["pi1a"]
    played._node("pi8", "promote", [], board.node_id or "")
    board.is_manager = True
    assert _do(played, "pi1a", swarm_changes.join, MANAGERS, "192.0.2.4")
    assert played.sent == []
    assert played.entry("pi1a")["reachability"] == "reachable"


def test_who_cannot_leave_joins_nothing(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    played.boards["pi1a"].state = "error"
    played.broken["pi1a", "leave"] = "device is busy"
    assert not _do(played, "pi1a", swarm_changes.join, MANAGERS, "192.0.2.4")
    assert "it did not leave: Error response from daemon: device is busy" in caplog.text
    assert _lines(played) == [("pi1a", "docker swarm leave --force")]


# The managers' circle.


def test_promoting_waits_until_the_others_reach_it(played: PlayedSwarm) -> None:
    own = played.boards["pi1a"].node_id
    assert _do(played, "pi1a", swarm_changes.promote, MANAGERS)
    assert _lines(played) == [("pi8", f"docker node promote {own}")]
    assert played.entry("pi1a")["reachability"] == "reachable"
    assert played.leads("pi1a")
    assert CHANGE_AFTER <= played.now < CHANGE_AFTER + 2


def test_a_promotion_that_was_begun_is_waited_for(played: PlayedSwarm) -> None:
    played._node("pi8", "promote", [], played.boards["pi1a"].node_id or "")
    assert _do(played, "pi1a", swarm_changes.promote, MANAGERS)
    assert played.sent == []
    assert played.now >= CHANGE_AFTER


def test_a_manager_that_nobody_reaches(
    played: PlayedSwarm, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(played, "_promoted", lambda node_id: None)
    assert not _do(played, "pi1a", swarm_changes.promote, MANAGERS)
    assert "it was promoted, but the other managers do not reach it" in caplog.text
    assert swarm_changes.SETTLE_SECONDS <= played.now < swarm_changes.SETTLE_SECONDS + 5


def test_a_stranger_is_not_promoted(played: PlayedSwarm, caplog: pytest.LogCaptureFixture) -> None:
    played.leave("pi1a")
    assert not _do(played, "pi1a", swarm_changes.promote, MANAGERS)
    assert "no member of the Swarm" in caplog.text
    assert played.sent == []


def test_demoting_goes_through_another_manager(played: PlayedSwarm) -> None:
    played._promoted(played.boards["pi1a"].node_id or "")
    own = played.boards["pi8"].node_id
    wished = ["pi4", "pi2a", "pi1a"]
    assert _do(played, "pi8", swarm_changes.demote, wished)
    assert _lines(played) == [("pi4", f"docker node demote {own}")]
    assert played.entry("pi8")["reachability"] is None
    assert played.now >= CHANGE_AFTER


def test_nobody_is_asked_to_demote_itself(played: PlayedSwarm) -> None:
    for name in ("pi8", "pi4"):
        played.broken[name, "demote"] = "context deadline exceeded"
    assert not _do(played, "pi2a", swarm_changes.demote, ["pi8", "pi4"])
    assert [host for host, _ in _lines(played)] == ["pi8", "pi4"]


@pytest.mark.parametrize("missing", ["promoted but not reached", "worker", "away", "gone"])
def test_who_is_too_many_stays_while_a_wished_one_is_missing(
    played: PlayedSwarm, missing: str, caplog: pytest.LogCaptureFixture
) -> None:
    wished = ["pi8", "pi4", "pi1a"]
    if missing == "promoted but not reached":
        played.change("pi1a", role="manager")
    elif missing == "away":
        played._promoted(played.boards["pi1a"].node_id or "")
        played.lose("pi1a")
    elif missing == "gone":
        played.leave("pi1a")
    assert not _do(played, "pi2a", swarm_changes.demote, wished)
    assert "it stays a manager while pi1a cannot be one" in caplog.text
    assert played.sent == []


def test_who_is_too_many_stays_while_too_few_would_be_left(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    # Three of five agree; without this one it would be two of four.
    for name in ("x", "y"):
        played.nodes[name] = member(name, "unreachable", id=name)
    assert not _do(played, "pi2a", swarm_changes.demote, ["pi8", "pi4"])
    assert "without it too few would be left to agree" in caplog.text
    assert played.sent == []


def test_a_worker_that_does_not_come_back(
    played: PlayedSwarm, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(played, "_demoted", lambda node_id: None)
    assert not _do(played, "pi2a", swarm_changes.demote, ["pi8", "pi4"])
    assert "it was demoted, but has not come back as a worker" in caplog.text
    assert played.now >= swarm_changes.SETTLE_SECONDS


# Entries of earlier lives.


def test_a_stale_manager_is_waited_for_demoted_and_then_removed(played: PlayedSwarm) -> None:
    old = played.boards["pi4"].node_id
    assert old is not None
    played.reflash("pi4", at_once=False)
    assert _do(played, "pi4", swarm_changes.forget, MANAGERS, [old])
    assert _lines(played) == [
        ("pi8", f"docker node demote {old}"),
        ("pi8", f"docker node rm --force {old}"),
    ]
    assert DOWN_AFTER <= played.now < DOWN_AFTER + 2
    assert old not in played.nodes


def test_a_stale_worker_is_not_demoted(played: PlayedSwarm) -> None:
    old = played.boards["pi1a"].node_id
    played.reflash("pi1a")
    assert _do(played, "pi1a", swarm_changes.forget, MANAGERS, [old])
    assert _lines(played) == [("pi8", f"docker node rm --force {old}")]


def test_a_manager_that_a_recovery_left_behind_cannot_be_demoted(played: PlayedSwarm) -> None:
    old = played.boards["pi4"].node_id
    played.change("pi4", reachability=None, state="down")
    played.boards["pi4"] = type(played.boards["pi4"])()
    assert _do(played, "pi4", swarm_changes.forget, MANAGERS, [old])
    assert _lines(played) == [("pi8", f"docker node rm --force {old}")]


def test_a_node_that_is_up_is_never_removed(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    other = played.boards["pi1b"].node_id
    assert not _do(played, "pi1a", swarm_changes.forget, MANAGERS, [other])
    assert f"that is up ({other}): is there another board with this name?" in caplog.text
    assert played.sent == []
    assert played.now >= swarm_changes.SETTLE_SECONDS


def test_what_nobody_can_tell_is_not_taken_for_removed(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    old = played.boards["pi1a"].node_id
    played.reflash("pi1a", at_once=False)
    played._in(1, lambda: played.lose("pi4"))
    played._in(1, lambda: played.lose("pi2a"))
    assert not _do(played, "pi1a", swarm_changes.forget, MANAGERS, [old])
    assert old in played.nodes
    assert played.sent == []


def test_who_cannot_be_demoted_is_not_removed(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    old = played.boards["pi4"].node_id
    played.reflash("pi4")
    for name in ("pi8", "pi2a"):
        played.broken[name, "demote"] = "context deadline exceeded"
    assert not _do(played, "pi4", swarm_changes.forget, MANAGERS, [old])
    assert f"the stale manager {old} was not demoted: pi2a: " in caplog.text
    assert not [line for _, line in _lines(played) if " rm " in line]


# Any manager will do.


def test_a_command_goes_to_the_next_manager_when_the_first_fails(played: PlayedSwarm) -> None:
    own = played.boards["pi1a"].node_id
    played.broken["pi8", "docker node"] = "context deadline exceeded"
    played.lose("pi2a")
    arguments = (MANAGERS, {"pi.a": "1"}, "pi.", "active")
    assert _do(played, "pi1a", swarm_changes.set_node, *arguments)
    assert _lines(played) == [
        ("pi8", f"docker node update --label-add pi.a=1 {own}"),
        ("pi4", f"docker node update --label-add pi.a=1 {own}"),
    ]


def test_the_last_managers_reason_is_told(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    for number, name in enumerate(MANAGERS):
        played.broken[name, "docker node"] = f"reason {number}"
    assert not _do(played, "pi1a", swarm_changes.set_node, MANAGERS, {"pi.a": "1"}, "pi.", "active")
    assert "its labels were not set: pi2a: Error response from daemon: reason 2" in caplog.text


def test_labels_are_single_words(played: PlayedSwarm) -> None:
    own = played.boards["pi1a"].node_id
    played.entry("pi1a")["labels"].update({"pi.old": "1", "mine": "2"})
    wished = {"pi.a": "it's; $(touch owned)", "pi.b": "", "pi.-rf": "-rf"}
    assert _do(played, "pi1a", swarm_changes.set_node, MANAGERS, wished, "pi.", "drain")
    (sent,) = played.sent
    assert sent.words == [
        "docker", "node", "update",
        "--label-add", "pi.a=it's; $(touch owned)",
        "--label-add", "pi.b=",
        "--label-add", "pi.-rf=-rf",
        "--label-rm", "pi.old",
        "--availability", "drain",
        own,
    ]  # fmt: skip
    assert played.entry("pi1a")["labels"] == wished | {"mine": "2"}
    played.sent.clear()
    assert _do(played, "pi1a", swarm_changes.set_node, MANAGERS, wished, "pi.", "drain")
    assert played.sent == [], "each update would count as a change of the node"


def test_certificates(played: PlayedSwarm, caplog: pytest.LogCaptureFixture) -> None:
    assert _do(played, "pi8", swarm_changes.set_certificates, MANAGERS, 365)
    assert _lines(played) == [("pi8", "docker swarm update --cert-expiry 8760h")]
    played.broken["pi8", "docker swarm"] = "context deadline exceeded"
    assert not _do(played, "pi8", swarm_changes.set_certificates, MANAGERS, 365)
    assert "the certificates' length was not set: Error response from daemon" in caplog.text


# The way back from a lost quorum.


def _recover(played: PlayedSwarm, survivor: str, *, executing: bool = True) -> dict[str, Any]:
    return played.call(
        swarm.recover,
        executing=executing,
        managers=MANAGERS,
        survivor=survivor,
        address="192.0.2.3",
    )


@pytest.mark.parametrize("executing", [False, True])
@pytest.mark.parametrize("lost", [[], ["pi4"]])
def test_nothing_is_recovered_while_there_is_a_quorum(
    played: PlayedSwarm, executing: bool, lost: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    for name in lost:
        played.lose(name)
    assert _recover(played, "pi2a", executing=executing)["pi2a"].failed
    assert "the Swarm has its quorum, pi8 manages it" in caplog.text
    assert played.sent == []


@pytest.mark.parametrize("executing", [False, True])
def test_nothing_is_recovered_while_engines_only_stand_still(
    played: PlayedSwarm, executing: bool, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("pi8", "pi4"):
        played.boards[name].engine = "stopped"
    assert _recover(played, "pi2a", executing=executing)["pi2a"].failed
    assert "run a plain deploy, which starts them" in caplog.text
    assert played.sent == []


def test_nothing_is_recovered_where_there_are_two_swarms(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    played.boards["pi4"].swarm_id = "another"
    assert _recover(played, "pi8")["pi8"].failed
    assert "different swarms" in caplog.text
    assert played.sent == []


@pytest.mark.parametrize("survivor", ["pi1a", "pi1b"])
def test_a_worker_survives_nothing(
    played: PlayedSwarm, survivor: str, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("pi8", "pi4"):
        played.lose(name)
    assert _recover(played, survivor)[survivor].failed
    assert "was not a manager. Name a manager whose engine runs" in caplog.text
    assert played.sent == []


@pytest.mark.parametrize("gone", ["for good", "for a while"])
def test_two_of_three_managers_gone(
    played: PlayedSwarm, gone: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert "failed" not in deploy(played, executing=True)
    played.entry("pi1a")["labels"]["mine"] = "yes"
    for name in ("pi8", "pi4"):
        played.lose(name)
    announced = _recover(played, "pi2a", executing=False)
    assert {name for name, found in announced.items() if found.commands} == {"pi2a"}
    played.sent.clear()
    assert not any(found.failed for found in _recover(played, "pi2a").values())
    (sent,) = played.sent
    assert (sent.host, _path(sent)) == ("pi2a", "/swarm/init")
    assert '"ForceNewCluster": true' in (sent.stdin or "")
    assert "run a plain deploy, which brings the other boards back" in caplog.text
    for name in ("pi8", "pi4"):
        played.boards[name].answers = True
        if gone == "for good":
            played.boards[name] = type(played.boards[name])(engine="absent")
    install_engines(played)
    assert "failed" not in deploy(played, executing=True)
    assert deploy(played, executing=True) == {}
    assert len(played.nodes) == len(BOARDS)
    assert {node["hostname"] for node in played.circle()} == set(MANAGERS)
    assert played.entry("pi1a")["labels"]["mine"] == "yes"


def test_a_survivor_that_does_not_survive(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("pi8", "pi4"):
        played.lose(name)
    played.broken["pi2a", "/swarm/init"] = "no such file or directory"
    assert _recover(played, "pi2a")["pi2a"].failed
    assert "the Swarm did not go on from here: no such file or directory" in caplog.text


# Looking at the result.


def _verify(played: PlayedSwarm, *names: str) -> list[str]:
    outcomes = played.call(verify.swarm, executing=True, only=names, managers=MANAGERS)
    return [name for name, found in outcomes.items() if found.failed]


def test_verifying_a_healthy_swarm(played: PlayedSwarm) -> None:
    assert _verify(played) == []
    assert (played.now, played.sent) == (0, [])
    outcomes = played.call(verify.swarm, managers=MANAGERS)
    assert not any(found.commands for found in outcomes.values())


def test_verifying_waits_for_a_node(played: PlayedSwarm) -> None:
    played.change("pi1a", state="down")
    played._in(20, lambda: played.change("pi1a", state="ready"))
    assert _verify(played, "pi1a") == []
    assert 20 <= played.now < 25


@pytest.mark.parametrize(
    ("name", "changes", "reason"),
    [
        (
            "pi1a",
            {"state": "down"},
            "its node is down for the managers: see `journalctl -u docker`",
        ),
        ("pi1a", {"state": "unknown"}, "its node is unknown"),
        ("pi1a", {"role": "manager"}, "its node is a manager, not a worker"),
        ("pi4", {"role": "worker"}, "its node is a worker, not a manager"),
        ("pi4", {"reachability": "unreachable"}, "is TCP port 2377 open there?"),
    ],
)
def test_verifying_an_ill_node(
    played: PlayedSwarm,
    name: str,
    changes: dict[str, Any],
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    played.change(name, **changes)
    assert _verify(played, name) == [name]
    assert reason in caplog.text
    assert played.now >= swarm_health.WAIT_SECONDS


def test_verifying_a_stranger(played: PlayedSwarm, caplog: pytest.LogCaptureFixture) -> None:
    played.leave("pi1a")
    assert _verify(played, "pi1a") == ["pi1a"]
    assert "it is no member of the Swarm" in caplog.text
