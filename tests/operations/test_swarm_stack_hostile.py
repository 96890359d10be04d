"""Hostile texts in compose files and on managers: Docker's on standard input, or one word."""

import json

import pytest

from operations import swarm
from picluster.plan.stack_found import FoundObject
from tests.operations.hostile import VALUES
from tests.operations.played_stacks import PlayedStacks

PLAIN = "services: {web: {image: x}}"


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> PlayedStacks:
    """A manager and a worker."""
    played = PlayedStacks("pi8", "pi1a").install(monkeypatch)
    played.form("pi8")
    return played


def _deploy(played: PlayedStacks, compose: str, files: dict[str, bytes] | None = None) -> bool:
    outcomes = played.call(
        swarm.stack, executing=True, managers=["pi8"], stack="hello", compose=compose, files=files
    )
    return not outcomes["pi8"].failed


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_a_value_of_the_file(played: PlayedStacks, value: str) -> None:
    compose = {"services": {"web": {"image": "x", "command": [value.replace("$", "$$")]}}}
    if not _deploy(played, json.dumps(compose)):
        # YAML takes no such character, not even escaped as JSON escapes it.
        assert "\0" in value
        return
    (sent,) = [sent for sent in played.sent if "deploy" in sent.words]
    assert sent.words == [
        "docker", "stack", "deploy", "--prune", "--resolve-image", "always",
        "--compose-file", "-", "hello",
    ]  # fmt: skip
    arrived = json.loads(sent.stdin or "")["services"]["web"]["command"]
    assert arrived == [value.replace("$", "$$")], "docker reads $$ as $"


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_a_path_of_a_file(played: PlayedStacks, value: str) -> None:
    """It is a key of what is given, and never opened."""
    escaped = value.replace("$", "$$")
    compose = {
        "services": {"web": {"image": "x", "configs": ["c"]}},
        "configs": {"c": {"file": escaped}},
    }
    if _deploy(played, json.dumps(compose), {value: b"content"}):
        assert list(played.contents.values()) == [b"content"]
    else:
        assert value == "" or "\0" in value
    assert not [sent for sent in played.sent if value.strip(" \t-") and value in sent.words]


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_ids_that_a_manager_tells(played: PlayedStacks, value: str) -> None:
    assert _deploy(played, PLAIN)
    played.sent.clear()
    old = FoundObject(id=value, name=value, stack="hello", digest="x")
    played.objects["configs"]["old"] = old
    _deploy(played, PLAIN)
    assert played.sent[0].words == ["docker", "config", "rm", value]
