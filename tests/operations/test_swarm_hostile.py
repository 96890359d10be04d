"""Hostile values on their way to a manager's shell: each is one word there, or never in a line."""

import json
from typing import Any

import pytest
from pyinfra.api import StringCommand

from operations import peers, swarm, swarm_changes
from tests.operations.board import playing
from tests.operations.hostile import VALUES
from tests.operations.played_swarm import PlayedSwarm

MANAGERS = ["pi8", "pi4"]
PRINTABLE = [value for value in VALUES if value.isprintable()]


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> PlayedSwarm:
    """Two managers and a worker."""
    return PlayedSwarm("pi8", "pi4", "pi1a").install(monkeypatch).form(*MANAGERS)


def _set_labels(played: PlayedSwarm, labels: dict[str, str], prefix: str = "pi.") -> list[str]:
    outcomes = played.call(
        swarm.node, executing=True, only=["pi1a"], managers=MANAGERS, labels=labels, prefix=prefix
    )
    assert not outcomes["pi1a"].failed
    (sent,) = played.sent
    return sent.words


@pytest.mark.parametrize("value", PRINTABLE, ids=ascii)
def test_label_values(played: PlayedSwarm, value: str) -> None:
    own = played.boards["pi1a"].node_id
    words = _set_labels(played, {"pi.a": value})
    assert words == ["docker", "node", "update", "--label-add", f"pi.a={value}", own]
    assert played.entry("pi1a")["labels"] == {"pi.a": value}


@pytest.mark.parametrize("value", [value for value in PRINTABLE if value], ids=ascii)
def test_label_names(played: PlayedSwarm, value: str) -> None:
    own = played.boards["pi1a"].node_id
    words = _set_labels(played, {f"pi.{value}": "1"})
    assert words == ["docker", "node", "update", "--label-add", f"pi.{value}=1", own]


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_names_of_labels_that_somebody_left_there(played: PlayedSwarm, value: str) -> None:
    """What begins with the prefix is taken away, whatever else it is named."""
    played.entry("pi1a")["labels"][f"-x.{value}"] = "1"
    own = played.boards["pi1a"].node_id
    words = _set_labels(played, {}, prefix="-x.")
    assert words == ["docker", "node", "update", "--label-rm", f"-x.{value}", own]


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_node_ids(played: PlayedSwarm, value: str) -> None:
    """They come from a manager, which is no reason to run them."""
    entry = played.nodes.pop(played.boards["pi1a"].node_id or "")
    entry["id"], entry["state"] = f"id{value}", "down"
    played.nodes[entry["id"]] = entry
    played.boards["pi1a"] = type(played.boards["pi1a"])()
    outcomes = played.call(
        swarm.forget, executing=True, only=["pi1a"], managers=MANAGERS, hostname="pi1a"
    )
    assert not outcomes["pi1a"].failed
    assert [sent.words for sent in played.sent] == [
        ["docker", "node", "rm", "--force", f"id{value}"]
    ]


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_bodies_of_requests(
    played: PlayedSwarm, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is the same whatever is in them, and one line arrives on standard input."""
    lines: list[tuple[str, Any]] = []

    def run(other: Any, command: StringCommand, **more: Any) -> Any:
        lines.append((command.get_raw_value(), more.get("_stdin")))
        return played.run(other, command, **more)

    monkeypatch.setattr(peers, "run", run)
    host = played.host("pi1a")
    with playing(host, executing=True):
        swarm_changes.create(None, host, value, value)  # type: ignore[arg-type]
        swarm_changes.create(None, host, "192.0.2.1", "10.77.0.0/16")  # type: ignore[arg-type]
    (line, body), (other_line, _) = lines
    assert line == other_line
    assert "\n" not in body
    assert json.loads(body)["AdvertiseAddr"] == value


@pytest.mark.parametrize("address", ["fe80::1%$(touch owned)", "::1%a;id"])
def test_addresses_with_a_zone_go_no_other_way(played: PlayedSwarm, address: str) -> None:
    played.leave("pi1a", at_once=True)
    played.call(swarm.join, executing=True, only=["pi1a"], managers=MANAGERS, address=address)
    assert [sent.line for sent in played.sent if "%" in sent.line.replace("%{http_code}", "")] == []
