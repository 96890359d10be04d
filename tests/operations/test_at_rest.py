"""HDFS and YARN before their boards are switched off."""

from typing import Any

import pytest
from pyinfra.api import FunctionCommand

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


def end(
    patch: pytest.MonkeyPatch, said: Any, name: str = "pi8", present: bool = True, **more: Any
) -> Outcome:
    arguments = {"manager": MANAGER, "command": ["yarn"], "present": present} | more
    return outcome(patch, yarn_jobs.end, said, name, **arguments)


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


def running(*numbers: int) -> dict[str, Any]:
    return {"active": True, "jobs": [JOB | {"id": f"application_1_{n}"} for n in numbers]}


def ids(*numbers: int) -> list[str]:
    return [f"application_1_{n}" for n in numbers]


@pytest.mark.parametrize(
    ("accepted", "said", "complaint"),
    [
        (ids(1), running(1, 2), "application_1_2)"),
        ([], running(1), "application_1_1)"),
        (ids(1), {"active": True, "jobs": None}, "does not tell whether jobs run"),
        ([1], running(1), "accepted takes a list of texts"),
        (["1"], running(1), "accepted: '1' is no ID of a job"),
    ],
    ids=str,
)
def test_a_job_that_nobody_gave_up_keeps_all_of_them(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    accepted: list[Any],
    said: dict[str, Any],
    complaint: str,
) -> None:
    ended = end(monkeypatch, said, accepted=accepted)
    assert ended.texts == [], "not one command that touches the board"
    assert ended.noop is None
    assert complaint in caplog.text


@pytest.mark.parametrize(
    ("accepted", "said"),
    [(ids(1, 2), running(1)), (None, running(1, 2)), (ids(1), running(1))],
    ids=str,
)
def test_those_that_may_be_ended(
    monkeypatch: pytest.MonkeyPatch, accepted: list[str] | None, said: dict[str, Any]
) -> None:
    (script,) = end(monkeypatch, said, accepted=accepted).texts
    assert f"for job in {' '.join(job['id'] for job in said['jobs'])}; do" in script


@pytest.mark.parametrize(
    ("accepted", "afterwards", "well"),
    [
        (ids(1), running(), True),
        (ids(1), running(1), True),  # its end takes a moment
        (ids(1), running(2), False),
        (ids(1), {"active": True, "jobs": None}, False),
        (ids(1), None, False),
        (None, running(2), True),
    ],
    ids=str,
)
def test_one_that_begins_while_others_are_ended(
    monkeypatch: pytest.MonkeyPatch, accepted: list[str] | None, afterwards: Any, well: bool
) -> None:
    *_, last = end(monkeypatch, running(1), accepted=accepted).commands
    assert isinstance(last, FunctionCommand)
    monkeypatch.setattr(peers, "ask", lambda *_, **__: afterwards)
    host = PlayedHost(known({}), name="pi8")
    with playing(host, executing=True) as state:
        assert last.function(state, host, *last.args) is well
