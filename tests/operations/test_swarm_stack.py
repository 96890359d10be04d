"""What the stack operation announces for what it finds, what it then does, and that it is enough.

The engines are played by tests/operations/played_stacks.py.
"""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from operations import swarm, verify
from picluster.plan.errors import UserError
from picluster.plan.hidden import Hidden
from picluster.plan.stack import SPEC, WISH
from tests.operations.played_stacks import PlayedStacks

MANAGERS = ["pi8", "pi4", "pi2a"]
BOARDS = [*MANAGERS, "pi1a"]
COMPOSE = """
services:
  web:
    image: x
    environment: {PASSWORD: planted-in-environment}
    networks: [n]
    configs: [page]
    secrets: [key]
  other: {image: y, networks: [n]}
networks: {n: {driver: overlay}}
configs: {page: {file: page.html}}
secrets: {key: {file: key}}
"""
FILES = {"page.html": b"hello", "key": b"planted-in-file"}


def deploy(
    played: PlayedStacks,
    *,
    executing: bool = True,
    compose: str = COMPOSE,
    only: list[str] = BOARDS,
    **more: Any,
) -> set[str]:
    """The hosts on which something changes, and `failed NAME` for those that fail."""
    arguments: dict[str, Any] = {"files": FILES, "key": Hidden("key")} | more
    outcomes = played.call(
        swarm.stack,
        executing=executing,
        only=[name for name in only if played.boards[name].answers],
        managers=MANAGERS,
        stack="hello",
        compose=Hidden(compose),
        **arguments,
    )
    for name, found in outcomes.items():
        assert found.failed or found.commands or found.noop, name
    failed = {f"failed {name}" for name, found in outcomes.items() if found.failed}
    return failed | {n for n, found in outcomes.items() if found.commands and not found.failed}


@pytest.fixture
def swarmed(monkeypatch: pytest.MonkeyPatch) -> PlayedStacks:
    """Four boards in a Swarm without stacks."""
    played = PlayedStacks(*BOARDS).install(monkeypatch)
    played.form(*MANAGERS)
    return played


@pytest.fixture
def played(swarmed: PlayedStacks) -> PlayedStacks:
    """Four boards in a Swarm that runs the stack."""
    assert deploy(swarmed) == {"pi8"}
    is_well(swarmed)
    swarmed.sent.clear()
    return swarmed


def is_well(played: PlayedStacks, **more: Any) -> None:
    """As wished, and a run changes nothing."""
    assert deploy(played, executing=False, **more) == set()
    assert deploy(played, **more) == set()
    for name, service in played.services.items():
        assert service["labels"][SPEC] == played.fingerprint(name)


def lines(played: PlayedStacks) -> list[str]:
    return [" ".join(sent.words) for sent in played.sent]


def test_a_first_deploy(swarmed: PlayedStacks) -> None:
    assert deploy(swarmed, executing=False) == {"pi8"}
    assert not swarmed.sent, "a dry run changes nothing"
    assert deploy(swarmed) == {"pi8"}
    is_well(swarmed)
    assert sorted(swarmed.services) == ["hello_other", "hello_web"]
    assert sorted(swarmed.contents.values()) == [b"hello", b"planted-in-file"]


def test_on_blank_boards_the_first_manager_announces_it(monkeypatch: pytest.MonkeyPatch) -> None:
    played = PlayedStacks(*BOARDS).install(monkeypatch)
    for board in played.boards.values():
        board.engine = "absent"
    assert deploy(played, executing=False) == {"pi8"}
    assert deploy(played, executing=False, present=False) == set()


def test_secrets_go_in_on_standard_input_only(
    swarmed: PlayedStacks, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    swarmed.broken["pi8", "stack deploy"] = "wrong: planted-in-environment"
    assert deploy(swarmed) == {"failed pi8"}
    assert "wrong: …" in caplog.text
    swarmed.broken.clear()
    assert deploy(swarmed) == {"pi8"}
    assert not [sent.line for sent in swarmed.sent if "planted" in sent.line]
    assert any("planted" in (sent.stdin or "") for sent in swarmed.sent)
    assert not [sent for sent in swarmed.sent if sent.shown and "curl" in sent.line]
    assert "planted" not in caplog.text


DRIFTS: dict[str, Callable[[PlayedStacks], Any]] = {
    "a service removed": lambda p: p.services.pop("hello_web"),
    "a service changed": lambda p: p.services["hello_web"]["spec"].update(image="other"),
    "the wish's label removed": lambda p: p.services["hello_web"]["labels"].pop(WISH),
    "the other label removed": lambda p: p.services["hello_web"]["labels"].pop(SPEC),
    "a config removed": lambda p: p.objects["configs"].clear(),
    "a secret removed": lambda p: p.objects["secrets"].clear(),
    "a network removed": lambda p: p.networks.clear(),
    "a service added": lambda p: p._put("hello_x", "hello", {"deploy": {"labels": {}}}),
}


@pytest.mark.parametrize("drift", DRIFTS)
def test_drift_is_announced_and_mended(played: PlayedStacks, drift: str) -> None:
    DRIFTS[drift](played)
    assert deploy(played, executing=False) == {"pi8"}
    assert deploy(played) == {"pi8"}
    is_well(played)
    assert len(played.services) == 2


def test_a_new_content(played: PlayedStacks) -> None:
    files = FILES | {"key": b"planted-other"}
    before = set(played.objects["secrets"])
    assert deploy(played, files=files) == {"pi8"}
    is_well(played, files=files)
    (name,) = played.objects["secrets"]
    assert name not in before
    assert played.contents[name] == b"planted-other"
    assert len(played.objects["configs"]) == 1


def test_what_left_the_file(played: PlayedStacks) -> None:
    compose = "services: {web: {image: x, networks: [m]}}\nnetworks: {m: {}}"
    # Its tasks end slowly.
    played.in_use = {"hello_n-id", *(f"{name}-id" for name in played.objects["secrets"])}
    assert deploy(played, compose=compose) == {"pi8"}
    is_well(played, compose=compose)
    assert [*played.services] == ["hello_web"]
    assert [*played.networks] == ["hello_m"]
    assert played.objects == {"configs": {}, "secrets": {}}


def test_what_is_left_over_alone_is_removed_without_a_deploy(played: PlayedStacks) -> None:
    (config,) = played.objects["configs"].values()
    played.objects["configs"]["hello_old"] = config | {"name": "hello_old", "id": "hello_old-id"}
    assert deploy(played, executing=False) == {"pi8"}
    assert deploy(played) == {"pi8"}
    assert lines(played) == ["docker config rm hello_old-id"]
    is_well(played)


@pytest.mark.parametrize(
    "part", ["/configs/create", "/secrets/create", "stack deploy", "--label-add"]
)
def test_a_run_that_broke_off_is_finished_by_the_next(swarmed: PlayedStacks, part: str) -> None:
    swarmed.broken["pi8", part] = "connection lost"
    assert deploy(swarmed) == {"failed pi8"}
    swarmed.broken.clear()
    assert deploy(swarmed, executing=False) == {"pi8"}
    assert deploy(swarmed) == {"pi8"}
    is_well(swarmed)


def test_tasks_that_fail_again_and_again(
    swarmed: PlayedStacks, caplog: pytest.LogCaptureFixture
) -> None:
    swarmed.task = {"state": "failed", "error": "non-zero exit (3)", "exited": True}
    swarmed.log = "begin\nno such database\n"
    assert deploy(swarmed) == {"failed pi8"}
    assert swarmed.now < 60
    assert (
        "hello_web: on pi1a: failed: non-zero exit (3) (the last line of its log: no such database)"
        in caplog.text
    )
    # What failed then says nothing of the next run.
    swarmed.task = {"state": "running"}
    swarmed.now += 1
    assert deploy(swarmed, compose=COMPOSE.replace("image: y", "image: z")) == {"pi8"}


def test_tasks_that_take_too_long(swarmed: PlayedStacks, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    swarmed.task = {"state": "preparing"}
    assert deploy(swarmed, wait_seconds=45) == {"failed pi8"}
    assert 45 <= swarmed.now < 60
    assert caplog.text.count("0 of 2 tasks run: ") == 4, "every ten seconds"
    assert "hello_web: on pi1a: preparing" in caplog.text
    swarmed.task = {"state": "running"}
    assert deploy(swarmed, executing=False) == {"pi8"}
    assert deploy(swarmed) == {"pi8"}
    is_well(swarmed)


def test_tasks_that_find_no_node(swarmed: PlayedStacks, caplog: pytest.LogCaptureFixture) -> None:
    swarmed.task = {"state": "pending", "node": "", "error": "no suitable node"}
    assert deploy(swarmed) == {"failed pi8"}
    assert 60 <= swarmed.now < 90
    assert "hello_web: pending: no suitable node" in caplog.text


def test_removed(played: PlayedStacks) -> None:
    played._put("foreign_web", "foreign", {"deploy": {"labels": {}}})
    assert deploy(played, executing=False, present=False) == {"pi8"}
    assert deploy(played, present=False) == {"pi8"}
    assert [*played.services] == ["foreign_web"]
    assert not played.networks
    assert played.objects == {"configs": {}, "secrets": {}}
    assert deploy(played, present=False) == set()


def test_what_a_broken_removal_left(played: PlayedStacks) -> None:
    played.services.clear()
    played.networks.clear()
    assert deploy(played, executing=False, present=False) == {"pi8"}
    assert deploy(played, present=False) == {"pi8"}
    assert played.objects == {"configs": {}, "secrets": {}}


def test_another_manager_acts_when_the_first_is_away(played: PlayedStacks) -> None:
    played.lose("pi8")
    assert deploy(played) == set()
    played.services.clear()
    assert deploy(played, executing=False) == {"pi4"}
    assert deploy(played) == {"pi4"}
    assert {sent.host for sent in played.sent} == {"pi4"}


def test_stopped_engines_are_decided_about_later(played: PlayedStacks) -> None:
    played.services.clear()
    for name in MANAGERS:
        played.boards[name].engine = "stopped"
    assert deploy(played, executing=False) == set()
    assert deploy(played) == {f"failed {name}" for name in BOARDS}
    for name in MANAGERS:
        played.boards[name].engine = "running"
    assert deploy(played) == {"pi8"}


@pytest.mark.parametrize("executing", [False, True])
def test_an_engine_that_does_not_tell(played: PlayedStacks, executing: bool) -> None:
    played.tells = False
    assert deploy(played, executing=executing) == {"failed pi8"}
    assert not played.sent


@pytest.mark.parametrize("executing", [False, True])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"compose": "services: ["}, "no YAML"),
        ({"files": {}}, "cannot be read"),
        ({"key": ""}, "give a key"),
        ({"wait_seconds": 0}, "whole number"),
    ],
)
def test_wrong_values_are_refused_everywhere(
    swarmed: PlayedStacks, caplog: pytest.LogCaptureFixture, executing: bool, arguments: Any,
    words: str,
) -> None:  # fmt: skip
    assert deploy(swarmed, executing=executing, **arguments) == {f"failed {n}" for n in BOARDS}
    assert words in caplog.text
    assert "planted" not in caplog.text
    assert not swarmed.sent


def test_a_new_key_is_kept_before_anything_is_made_with_it(
    swarmed: PlayedStacks, caplog: pytest.LogCaptureFixture
) -> None:
    kept: list[int] = []

    def full() -> None:
        raise UserError("no space left")

    keep = lambda: kept.append(len(swarmed.sent))  # noqa: E731
    assert deploy(swarmed, executing=False, keep=lambda name: keep) == {"pi8"}
    assert not kept
    assert deploy(swarmed, keep=lambda name: full) == {"failed pi8"}
    assert "no space left" in caplog.text
    assert not swarmed.sent
    assert deploy(swarmed, keep=lambda name: keep) == {"pi8"}
    assert kept == [0]


def verified(played: PlayedStacks, *, executing: bool = True) -> set[str]:
    outcomes = played.call(verify.stacks, executing=executing, managers=MANAGERS, names=["hello"])
    return {name for name, found in outcomes.items() if found.failed}


def test_verified(played: PlayedStacks, caplog: pytest.LogCaptureFixture) -> None:
    assert verified(played) == set()
    played.task = {"state": "failed", "error": "exit (1)", "exited": False}
    assert verified(played, executing=False) == set()
    assert verified(played) == {"pi8"}
    assert "hello_web: on pi1a: failed: exit (1)" in caplog.text
    played.services.clear()
    assert verified(played) == {"pi8"}
    assert "the stack hello is not there" in caplog.text
