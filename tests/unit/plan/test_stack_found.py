"""How a stack differs from its wish: each difference by itself, and nothing of other stacks."""

from typing import Any

import pytest

from picluster.plan.stack_found import compare, strangers
from tests.unit.plan.stacks import COMPOSE, deployed, entry, nothing, service, wish

WISH = wish()


def test_as_wished() -> None:
    assert not compare(WISH, deployed(WISH)).reasons


def test_nothing_is_there() -> None:
    changes = compare(WISH, nothing())
    assert changes.deploy
    assert changes.create == WISH.blobs
    assert len(changes.reasons) == 3


DRIFTS: dict[str, tuple[dict[str, Any], str]] = {
    "no wish's label": ({"wish": ""}, "something else"),
    "another file": ({"wish": "other"}, "something else"),
    "killed before its end": ({"spec": ""}, "has not come to its end"),
    "changed by hand": ({"fingerprint": "other"}, "changed since"),
}


@pytest.mark.parametrize("drift", DRIFTS)
def test_drift_of_a_service(drift: str) -> None:
    changed, words = DRIFTS[drift]
    found = deployed(WISH)
    found["services"][0].update(changed)  # type: ignore[typeddict-item]
    changes = compare(WISH, found)
    assert changes.deploy
    assert not changes.create
    assert [words in reason for reason in changes.reasons] == [True]


def test_a_service_that_left() -> None:
    found = deployed(WISH)
    found["services"].append(service("hello_old"))
    assert compare(WISH, found).deploy


def test_other_stacks_are_left_alone() -> None:
    found = deployed(WISH)
    found["services"].append(service("other_web"))
    found["networks"].append(entry("other_n", stack="other"))
    found["configs"].append(entry("other_c", stack="other"))
    found["secrets"].append(entry("hello_by_hand", digest=""))
    assert not compare(WISH, found).reasons


def test_what_is_not_used_any_more_needs_no_deploy() -> None:
    found = deployed(WISH)
    found["networks"].append(entry("hello_old"))
    found["configs"].append(entry("hello_c_00000000"))
    found["secrets"].append(entry("hello_s_00000000"))
    changes = compare(WISH, found)
    assert not changes.deploy
    assert [network["name"] for network in changes.networks] == ["hello_old"]
    assert [(kind, old["name"]) for kind, old in changes.old] == [
        ("configs", "hello_c_00000000"),
        ("secrets", "hello_s_00000000"),
    ]
    assert len(changes.reasons) == 3


def test_a_network_that_is_defined_otherwise() -> None:
    found = deployed(WISH)
    other = wish(COMPOSE.replace("n: {}", "n: {attachable: true}"))
    changes = compare(other, found)
    assert changes.impossible is not None
    assert "sudo docker stack rm hello" in changes.impossible
    found["networks"][0]["digest"] = ""
    assert compare(other, found).impossible is None, "one that was made by hand is taken as it is"


def test_stacks_that_nobody_wishes() -> None:
    found = deployed(WISH)
    found["services"].append(service("foreign_web"))
    assert strangers(found, {"hello"}) == []
    assert strangers(found, set()) == ["hello"]
