"""Spark's packages, and whether its history server answers."""

from collections.abc import Callable
from typing import Any

import pytest

from facts.daemons import Daemons
from operations import spark, spark_health, verify
from picluster.plan.spark_paths import PACKAGES
from tests.operations.board import call

PAGE = "http://192.0.2.1:18080"


def found(*missing: str) -> Callable[..., Any]:
    """A board without these packages."""

    def get_fact(fact: Any, **asked: Any) -> Any:
        if fact is Daemons:
            return {"missing": list(missing)}
        assert asked["packages"] == list(missing)
        installed = dict.fromkeys(asked["packages"])
        return {"installed": installed, "policy_left": False, "interrupted": False}

    return get_fact


def nobody(*_: Any, **__: Any) -> Any:
    """A board that must not be asked."""
    raise AssertionError


def test_packages_that_are_there_are_left_alone() -> None:
    assert call(spark.packages, found(), packages=list(PACKAGES)).noop
    assert call(spark.packages, nobody, packages=list(PACKAGES), present=False).noop


def test_what_is_missing_is_installed_and_nothing_else() -> None:
    done = call(spark.packages, found("python3-numpy"), packages=list(PACKAGES))
    assert len(done.commands) == 1
    assert "python3-numpy" in str(done.texts[0])


@pytest.mark.parametrize("packages", [["bash"], ["python3", "a;id"], "nano", [1]], ids=str)
def test_other_packages_are_refused(packages: Any) -> None:
    assert call(spark.packages, nobody, packages=packages).failed


def answering(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> list[int]:
    """Lets the history server answer this, one after the other; how often it was asked."""
    left, asked = list(answers), list[int]()

    def ask(*_: Any, **__: Any) -> Any:
        asked.append(1)
        return left.pop(0) if len(left) > 1 else left[0]

    monkeypatch.setattr("operations.peers.ask", ask)
    monkeypatch.setattr("operations.peers.look_again", lambda: None)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return asked


def test_a_history_server_that_comes_late_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, {"version": None}, {"version": None}, {"version": "4.3.0"})
    assert spark_health.complaint("pi1", PAGE, "4.3.0") is None
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"version": None}, "does not answer at http://192.0.2.1:18080"),
        ({"version": "4.2.1"}, "is of 4.2.1, not 4.3.0"),
        (None, "does not answer"),
    ],
    ids=str,
)
def test_what_is_wrong_with_it(answer: Any, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, answer)
    monkeypatch.setattr(spark_health, "WAIT_SECONDS", -1)
    reason = spark_health.complaint("pi1", PAGE, "4.3.0")
    assert reason is not None
    assert said in reason


def test_its_own_host_alone_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_health, "WAIT_SECONDS", -1)
    answering(monkeypatch, {"version": None})
    wished: dict[str, Any] = {"page": PAGE, "version": "4.3.0"}
    assert call(verify.spark, nobody, executing=True, history="pi1", **wished).failed
    assert call(verify.spark, nobody, executing=True, history="pi2", **wished).noop
    assert call(verify.spark, nobody, executing=False, history="pi1", **wished).noop
