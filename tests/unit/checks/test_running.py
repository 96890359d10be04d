"""In which order checks run, what is skipped, and how all of it is shown."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from picluster.checks import conditions, http, report
from picluster.checks.check import SSH, Check
from picluster.checks.cluster import Cluster
from picluster.checks.everything import ALL
from picluster.checks.running import Outcome, run
from picluster.checks.verdict import AskError, Problem, Verdict, failed, judged, passed
from picluster.cli import main
from picluster.plan.errors import UserError
from picluster.portainer import PortainerError
from tests.unit.checks.clusters import cluster, silence

GOOD = passed("all is well")
BAD = failed("it is broken", "mend it")


def check(name: str, ask: Callable[[Cluster], Verdict] = lambda _: GOOD, **more: Any) -> Check:
    """A check of this name."""
    return Check(name, name.capitalize(), "something", ask, **more)


def verdicts(*checks: Check) -> dict[str, Verdict]:
    """What becomes of them."""
    return {one.check.name: one.verdict for one in run(checks, cluster(), lambda _: None)}


def raising(error: Exception) -> Callable[[Cluster], Verdict]:
    """A check that gets no answer."""

    def ask(_: Cluster) -> Verdict:
        raise error

    return ask


def test_what_depends_on_a_failure_says_on_which() -> None:
    found = verdicts(
        check("a", lambda _: BAD), check("b", needs=("a",)), check("c", needs=("b",)), check("d")
    )
    assert [one.state for one in found.values()] == ["failed", "skipped", "skipped", "passed"]
    assert found["b"].found == "depends on: a"
    assert found["c"].found == "depends on: b"


def test_what_only_comes_after_a_failure_runs() -> None:
    assert verdicts(check("a", lambda _: BAD), check("b", after=("a",)))["b"] == GOOD


def test_it_comes_after() -> None:
    done: list[str] = []
    started = threading.Event()

    def slow(_: Cluster) -> Verdict:
        assert started.wait(10), "the others do not run beside it"
        done.append("a")
        return GOOD

    def beside(_: Cluster) -> Verdict:
        started.set()
        return GOOD

    def last(_: Cluster) -> Verdict:
        done.append("c")
        return GOOD

    verdicts(check("a", slow), check("b", beside), check("c", last, after=("a",)))
    assert done == ["a", "c"]


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (AskError("nobody is there", "go there"), Problem("nobody is there", "go there")),
        (UserError("no"), Problem("no", "do what is said there, and run the check again")),
        (PortainerError("no"), Problem("no", "do what is said there, and run the check again")),
    ],
)
def test_no_answer_is_a_failure(error: Exception, wanted: Problem) -> None:
    assert verdicts(check("a", raising(error)))["a"].problems == (wanted,)


def test_a_mistake_of_ours_is_no_verdict() -> None:
    with pytest.raises(ZeroDivisionError):
        verdicts(check("a", raising(ZeroDivisionError())))


def test_what_is_off_is_skipped_with_the_line_that_says_so() -> None:
    off = {"enabled": False}
    without = cluster(hdfs=off, yarn=off, spark=off, portainer=off)
    outcomes = run(
        [
            one
            for one in ALL
            if one.name.startswith(("hdfs", "yarn", "spark", "map", "port", "dae"))
        ],
        without,
        lambda _: None,
    )
    assert len(outcomes) > 10
    assert {one.verdict.state for one in outcomes} == {"skipped"}
    assert all("off in cluster.toml: enabled = false under [" in o.verdict.found for o in outcomes)


def test_boards_that_are_silent() -> None:
    part = cluster({"pi4": silence})
    assert (part.silent, conditions.nobody(part)) == (["pi8", "pi1a"], None)
    assert conditions.silent("namenode")(part) == "not asked: no SSH login on pi8"
    assert conditions.nobody(cluster({})) == "not asked: no board answers"


def test_all_checks_are_named_once_and_wait_for_earlier_ones() -> None:
    names = [one.name for one in ALL]
    assert len(names) == len(set(names)) >= 14
    for place, one in enumerate(ALL):
        assert {*one.needs, *one.after} <= set(names[:place]), one.name
    assert ALL[0].name == SSH


def test_what_quick_leaves_out_are_jobs() -> None:
    jobs = {one.name for one in ALL if one.is_job}
    assert jobs == {
        "mapreduce", "mapreduce-history", "spark-client", "spark-cluster", "spark-history",
        "spark-placement",
    }  # fmt: skip
    assert all(jobs.isdisjoint(one.needs) for one in ALL if not one.is_job)


OUTCOMES = [
    Outcome(check("a"), GOOD, 0.123),
    Outcome(check("b"), judged("1 of 3", [Problem("pi4: [x]", "go"), Problem("y", "z")]), 2.0),
]


def test_the_table() -> None:
    console = Console(width=100, highlight=False)
    with console.capture() as capture:
        console.print(report.table(OUTCOMES))
    shown = capture.get()
    assert "all is well" in shown
    assert "see below" in shown
    assert list(report.failures(OUTCOMES)) == [
        "B (b):", "  - pi4: [x]", "    -> go", "  - y", "    -> z",
    ]  # fmt: skip
    assert report.summary(OUTCOMES, ["pi1a"], 3.21) == (
        "1 passed, 1 failed in 3.2 s; not asked, because no SSH login worked: pi1a"
    )
    assert report.line(OUTCOMES[1]) == "failed     2.0 s  B: pi4: [x]"


def test_json() -> None:
    found = json.loads(json.dumps(report.as_json(OUTCOMES, ["pi1a"], 3.21)))
    assert (found["passed"], found["not_asked"], found["seconds"]) == (False, ["pi1a"], 3.21)
    assert found["checks"][1] == {
        "name": "b", "title": "B", "result": "failed", "seconds": 2.0, "found": "1 of 3",
        "problems": [{"reason": "pi4: [x]", "remedy": "go"}, {"reason": "y", "remedy": "z"}],
    }  # fmt: skip


def test_it_cannot_begin_without_a_cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("PICLUSTER_CONFIG", str(tmp_path / "none.toml"))
    done = CliRunner().invoke(main, ["check"])
    assert done.exit_code == 2
    assert "there is no such file" in done.output


def test_nobody_answers() -> None:
    with pytest.raises(AskError) as error:
        http.content("http://127.0.0.1:1/x", "start it")
    assert error.value.problem == Problem(
        "http://127.0.0.1:1/x: connection refused; nothing listens there", "start it"
    )
