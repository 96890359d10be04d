"""HDFS and YARN before their boards are switched off."""

from typing import Any

import pytest

from facts.hdfs import NameNode
from facts.yarn_jobs import YarnJobs
from operations import hdfs_rest, peers, yarn_jobs
from operations.hdfs_found import Where as NameNodeAt
from operations.yarn_found import Where as ResourceManagerAt
from tests.operations.board import Outcome, PlayedHost, known, outcome_of, playing

NAMENODE = NameNodeAt("pi8", "192.0.2.8", "/var/lib/hadoop/namenode")
MANAGER = ResourceManagerAt("pi8", "192.0.2.8")
JOB = {"id": "application_1_0001", "name": "count", "user": "pi", "state": "RUNNING"}
SERVES = {"active": True, "answers": True, "safe_mode": ""}


def outcome(
    patch: pytest.MonkeyPatch, operation: Any, said: Any, name: str = "pi8", **arguments: Any
) -> Outcome:
    def ask(_name: str, fact: Any, **_: Any) -> Any:
        assert fact in (NameNode, YarnJobs)
        return said

    patch.setattr(peers, "ask", ask)
    host = PlayedHost(known({}), name=name)
    with playing(host, executing=True):
        return outcome_of(operation, host, **arguments)


def rest(patch: pytest.MonkeyPatch, said: Any, name: str = "pi8", present: bool = True) -> Outcome:
    return outcome(
        patch, hdfs_rest.rest, said, name, namenode=NAMENODE, command=["hdfs"], present=present
    )


def end(patch: pytest.MonkeyPatch, said: Any, name: str = "pi8", present: bool = True) -> Outcome:
    return outcome(
        patch, yarn_jobs.end, said, name, manager=MANAGER, command=["yarn"], present=present
    )


def test_hdfs_takes_no_change_before_its_names_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    (script,) = rest(monkeypatch, SERVES).texts
    assert script.index("-safemode enter") < script.index("-saveNamespace")
    assert "runuser -u hdfs -- hdfs dfsadmin $words" in script


@pytest.mark.parametrize(
    "change", [{"active": False, "answers": False}, {"answers": False}], ids=str
)
def test_a_namenode_that_does_not_serve(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, bool]
) -> None:
    assert rest(monkeypatch, SERVES | change).noop


def test_only_where_it_is_and_where_it_is_wished(monkeypatch: pytest.MonkeyPatch) -> None:
    for operation in (rest, end):
        said = SERVES | {"jobs": [JOB]}
        assert operation(monkeypatch, said, name="pi1").noop
        assert operation(monkeypatch, said, present=False).noop
        assert operation(monkeypatch, said).commands


def test_a_board_that_does_not_tell_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert rest(monkeypatch, None).noop is None
    assert end(monkeypatch, None).noop is None
    assert "did not tell of its NameNode" in caplog.text
    assert "did not tell of YARN's jobs" in caplog.text


def test_each_job_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    other = JOB | {"id": "application_1_0002; id"}
    (script,) = end(monkeypatch, {"active": True, "jobs": [JOB, other]}).texts
    assert "for job in application_1_0001 'application_1_0002; id'; do" in script
    assert 'runuser -u yarn -- yarn application -kill "$job"' in script


@pytest.mark.parametrize("jobs", [[], None], ids=str)
def test_without_jobs_there_is_nothing_to_end(
    monkeypatch: pytest.MonkeyPatch, jobs: list[Any] | None
) -> None:
    assert end(monkeypatch, {"active": True, "jobs": jobs}).noop
