"""Checks of HDFS, YARN, MapReduce and Spark: recorded answers, and what is said of them."""

import json
from typing import Any

import pytest

from picluster.checks import daemons, files, hdfs, mapreduce, spark, yarn
from picluster.checks.submitted import Application, Done, complaint
from picluster.checks.verdict import AskError
from picluster.plan.thermal_section import Thermal
from tests.unit.checks.clusters import cluster, said

PLANNED = {"pi8": ("namenode", "datanode"), "pi1a": ("datanode",)}
WELL: dict[Any, str | None] = {
    ("pi8", "namenode"): None,
    ("pi8", "datanode"): None,
    ("pi1a", "datanode"): None,
}


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({}, []),
        (
            {("pi1a", "datanode"): "connection refused"},
            ["DataNode on pi1a does not answer on its page (connection refused)"],
        ),
        (
            {("pi1a", "nodemanager"): daemons.UNPLANNED},
            ["pi1a listens at port 8042, which is that of NodeManager and not planned there"],
        ),
    ],
)
def test_daemons(change: dict[Any, str | None], wanted: list[str]) -> None:
    problems = list(daemons.judge(PLANNED, WELL | change))  # type: ignore[arg-type]
    assert [problem.reason for problem in problems] == wanted


def test_a_page_is_known_by_its_daemon() -> None:
    pages = {page.role: page for page in daemons.PAGES}
    metrics = {"beans": [{"tag.ProcessName": "DataNode"}]}
    assert pages["datanode"].is_known_by(metrics)
    assert not pages["namenode"].is_known_by(metrics)
    assert not pages["namenode"].is_known_by({"beans": []})
    assert pages["sparkhistoryserver"].is_known_by({"spark": "4.3.0"})
    assert not pages["sparkhistoryserver"].is_known_by(metrics)


def live(**changes: tuple[int, str]) -> str:
    """LiveNodes as a NameNode tells them: seconds since the last word, and the state."""
    nodes = {"pi8": (0, "In Service"), "pi1a": (2, "In Service")} | changes
    return json.dumps(
        {
            f"{name}.home.arpa:9866": {"lastContact": seconds, "adminState": state}
            for name, (seconds, state) in nodes.items()
        }
    )


@pytest.mark.parametrize(
    ("told", "silent", "wanted"),
    [
        (live(), [], []),
        (
            live(pi1a=(25, "In Service")),
            [],
            ["the NameNode has not heard the DataNode of pi1a for"],
        ),
        (live(pi1a=(25, "In Service")), ["pi1a"], []),
        (live(pi1a=(0, "Decommissioned")), [], ["the DataNode of pi1a is Decommissioned, wanted"]),
        (live(pi9=(0, "In Service")), [], ["HDFS has a DataNode pi9, which is not planned"]),
        ("{}", ["pi8"], ["the NameNode has no live DataNode pi1a"]),
    ],
)
def test_datanodes(told: str, silent: list[str], wanted: list[str]) -> None:
    problems = list(hdfs.judge_datanodes(["pi8", "pi1a"], hdfs.datanodes(told), silent))
    assert len(problems) == len(wanted)
    assert all(p.reason.startswith(w) for p, w in zip(problems, wanted, strict=True))


@pytest.mark.parametrize("told", ["", "[]", '{"a": 1}', '{"a:1": {"lastContact": 1}}'])
def test_no_list_of_datanodes(told: str) -> None:
    if told == "[]":
        told = "[1]"
    with pytest.raises(AskError):
        hdfs.datanodes(told)


def test_safe_mode() -> None:
    assert hdfs.judge_safe_mode("").state == "passed"
    verdict = hdfs.judge_safe_mode("Safe mode is ON. It was turned on\nmanually.")
    assert "Safe mode is ON. It was turned on manually." in verdict.problems[0].reason
    assert "-safemode leave" in verdict.problems[0].remedy


FSCK = """FSCK started by hdfs (auth:SIMPLE) from /10.0.0.9 for path / at Mon Nov 23 07:32:00

Status: HEALTHY
 Number of data-nodes:\t7
Replicated Blocks:
 Total size:\t112662 B
 Total files:\t7
 Total blocks (validated):\t5 (avg. block size 22532 B)
 Under-replicated blocks:\t0 (0.0 %)
 Missing blocks:\t\t0
 Corrupt blocks:\t\t0
Erasure Coded Block Groups:
 Total files:\t0
FSCK ended at Mon Nov 23 07:32:00 UTC 2026 in 16 milliseconds


The filesystem under path '/' is HEALTHY"""


def test_whole_files() -> None:
    verdict = hdfs.judge_fsck(FSCK)
    assert (verdict.state, verdict.found) == ("passed", "HEALTHY: 7 files, 5 blocks")


def test_too_few_copies_are_told_and_do_not_fail() -> None:
    verdict = hdfs.judge_fsck(
        FSCK.replace("Under-replicated blocks:\t0", "Under-replicated blocks:\t3")
    )
    assert verdict.state == "passed"
    assert "3 have fewer copies than wished" in verdict.found


def test_a_lost_block_is_named_by_its_file() -> None:
    report = FSCK.replace("HEALTHY", "CORRUPT").replace(
        "Missing blocks:\t\t0", "Missing blocks:\t\t1"
    )
    report = report.replace(
        "\nStatus:",
        "\n/user/pi/a b: MISSING 1 blocks of total size 5 B.\n"
        "/user/pi/c: CORRUPT blockpool BP-1 block blk_1\nStatus:",
    )
    verdict = hdfs.judge_fsck(report)
    assert verdict.problems[0].reason == (
        "HDFS is CORRUPT: 1 missing blocks in /user/pi/a b, /user/pi/c"
    )


@pytest.mark.parametrize("report", ["", "Permission denied: user=pi", "Fsck on path '/' FAILED"])
def test_fsck_that_comes_to_no_end(report: str) -> None:
    verdict = hdfs.judge_fsck(report)
    assert verdict.state == "failed"
    assert verdict.problems[0].reason.startswith("fsck came to no end")


@pytest.mark.parametrize(
    ("read", "removed", "left", "wanted"),
    [
        ("aa", True, False, None),
        ("bb", True, False, "MD5 bb, wanted aa"),
        ("aa", False, False, "could not be removed"),
        ("aa", True, True, "could not be removed"),
    ],
)
def test_a_file_there_and_back(read: str, removed: bool, left: bool, wanted: str | None) -> None:
    verdict = files.judge("aa", read, removed, left)
    assert verdict.state == ("failed" if wanted else "passed")
    assert wanted is None or wanted in verdict.problems[0].reason


@pytest.mark.parametrize(
    ("boards", "hanging", "quick", "named"),
    [
        (("pi8", "pi4", "pi1a"), (), True, ""),
        (("pi8", "pi4"), (), False, ""),
        (("pi8", "pi4"), (), True, "pi1a"),
        (("pi8", "pi4", "pi1a"), ("pi4",), True, "pi4"),
        (("pi8", "pi4"), ("pi4",), True, "pi4, pi1a"),
    ],
)
def test_a_quick_run_does_not_write_to_the_dead(
    monkeypatch: pytest.MonkeyPatch,
    boards: tuple[str, ...],
    hanging: tuple[str, ...],
    quick: bool,
    named: str,
) -> None:
    pages = {(name, "datanode"): "no answer" if name in hanging else None for name in boards}
    monkeypatch.setattr(daemons, "answers", lambda _: pages)
    some = cluster({name: lambda _: said() for name in boards}, quick=quick)
    reason = f"not asked by --quick: a write may wait for {named}" if named else None
    assert files.waits_for_the_dead(some) == reason


def manager(name: str, **changes: Any) -> yarn.NodeManager:
    """A NodeManager as planned."""
    values = {"host": f"{name}.home.arpa", "state": "RUNNING", "health": ""}
    return yarn.NodeManager.model_construct(**(values | {"memory_mb": 256, "vcores": 2} | changes))


TOO_HOT = "ERROR thermal: critical: 84.0 °C, critical from 82 °C\n"
CLUSTER = cluster()
WANTED = {"pi1a": yarn.wanted_of(CLUSTER.plan, Thermal())["pi1a"]}


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ([manager("pi1a")], []),
        ([], ["the ResourceManager does not see the NodeManager of pi1a"]),
        (
            [manager("pi1a", state="LOST")],
            ["the ResourceManager does not see the NodeManager of pi1a: it is LOST"],
        ),
        ([manager("pi1a", state="LOST"), manager("pi1a")], []),
        (
            [manager("pi1a", state="UNHEALTHY", health="1/1 local-dirs are bad")],
            ["the NodeManager of pi1a is UNHEALTHY: 1/1 local-dirs are bad"],
        ),
        (
            [manager("pi1a", memory_mb=384)],
            ["the NodeManager of pi1a offers 384 MiB and 2 vcores, wanted: 256 MiB and 2 vcores"],
        ),
        ([manager("pi1a", memory_mb=128, vcores=1)], []),
        (
            [manager("pi1a", memory_mb=128)],
            ["the NodeManager of pi1a offers 128 MiB and 2 vcores, wanted: 256 MiB and 2 vcores"],
        ),
        (
            [manager("pi1a", state="UNHEALTHY", health=TOO_HOT)],
            ["the NodeManager of pi1a is UNHEALTHY: " + TOO_HOT.strip()],
        ),
        ([manager("pi1a"), manager("x")], ["YARN has a NodeManager on x, which is not planned"]),
    ],
)
def test_nodemanagers(found: list[yarn.NodeManager], wanted: list[str]) -> None:
    problems = list(yarn.judge(WANTED, found, []))
    assert [problem.reason for problem in problems] == wanted
    assert all(problem.remedy for problem in problems)


def test_a_silent_nodemanager_is_not_missed() -> None:
    assert list(yarn.judge(WANTED, [manager("pi1a", state="LOST")], ["pi1a"])) == []


@pytest.mark.parametrize(
    ("health", "wanted"),
    [
        (TOO_HOT, "cool pi1a: a heat sink"),
        ("ERROR thermal: undervolted\n", "a Raspberry Pi 3 Model B Plus wants 12.8 W"),
        ("1/1 local-dirs are bad", "see to what it complains about on pi1a"),
        (f"{TOO_HOT};1/1 local-dirs are bad", "see to what it complains about on pi1a"),
        ("", "see to what it complains about on pi1a"),
    ],
)
def test_what_to_do_about_an_unhealthy_nodemanager(health: str, wanted: str) -> None:
    found = [manager("pi1a", state="UNHEALTHY", health=health)]
    (problem,) = yarn.judge(WANTED, found, [])
    assert wanted in problem.remedy
    assert problem.remedy.endswith("it comes back by itself")


def test_a_derated_nodemanager_is_told() -> None:
    full = [manager("pi1a")]
    assert yarn.summary(WANTED, full) == "1 of 1 nodes: 256 MiB, 2 vcores"
    less = [manager("pi1a", memory_mb=128, vcores=1)]
    assert yarn.summary(WANTED, less) == (
        "1 of 1 nodes: 128 MiB, 1 vcores; less than planned, as the band of the last deploy has "
        "it: pi1a 128 MiB and 1 vcores (hot)"
    )


def test_without_bands_only_the_plan_counts() -> None:
    off = yarn.wanted_of(CLUSTER.plan, Thermal(enabled=False))
    (problem,) = yarn.judge({"pi1a": off["pi1a"]}, [manager("pi1a", memory_mb=128, vcores=1)], [])
    assert "offers 128 MiB and 1 vcores" in problem.reason


def done(code: int = 0, output: str = "", final: str | None = "SUCCEEDED", told: str = "") -> Done:
    """A job that ended."""
    application = None
    if final is not None:
        application = Application(id="application_1_0001", final=final, diagnostics=told)
    return Done(code, output, application)


@pytest.mark.parametrize(
    ("ended", "wanted"),
    [
        (done(), None),
        (done(124), "was not done after 600 s, and was killed"),
        (
            done(1, "x\nException: no room\nbye\n", final=None),
            "never came to YARN (exit code 1): Exception: no room",
        ),
        (done(127, "sh: 1: yarn: not found", final=None), "sh: 1: yarn: not found"),
        (done(1, final=None), "it said nothing"),
        (
            done(1, final="FAILED", told="AM  exited\nwith 13"),
            "ended FAILED (exit code 1): AM exited",
        ),
        (done(0, "Error: x", final="KILLED"), "ended KILLED (exit code 0): Error: x"),
    ],
)
def test_how_a_job_ended(ended: Done, wanted: str | None) -> None:
    error = complaint("The job", ended)
    assert (error is None) == (wanted is None)
    assert error is None or wanted in error.problem.reason  # type: ignore[operator]


@pytest.mark.parametrize(
    ("output", "state"),
    [
        ("Estimated value of Pi is 3.14400000000000000000", "passed"),
        ("Estimated value of Pi is 4.0", "failed"),
        ("", "failed"),
    ],
)
def test_the_number_of_mapreduce(output: str, state: str) -> None:
    assert mapreduce.judge(done(output=output)).state == state


@pytest.mark.parametrize(
    ("state", "wanted"),
    [("SUCCEEDED", None), ("FAILED", "shows job_1 as FAILED"), (None, "does not show job_1")],
)
def test_mapreduce_history(state: str | None, wanted: str | None) -> None:
    verdict = mapreduce.judge_history("job_1", state)
    assert verdict.state == ("failed" if wanted else "passed")
    assert wanted is None or wanted in verdict.problems[0].reason


@pytest.mark.parametrize(
    ("mode", "output", "state"),
    [
        ("client", "Pi is roughly 3.139760", "passed"),
        ("client", "", "failed"),
        ("cluster", "", "passed"),
    ],
)
def test_the_number_of_spark(mode: spark.Mode, output: str, state: str) -> None:
    assert spark.judge(mode, done(output=output)).state == state


def test_a_damaged_spark_is_named() -> None:
    with pytest.raises(AskError, match="Spark's job in cluster mode ended FAILED"):
        spark.judge("cluster", done(1, final="FAILED", told="Could not find main class"))


@pytest.mark.parametrize(
    ("attempts", "wanted"),
    [([True], None), ([False, True], None), ([False], "as not complete"), ([], "as not complete")],
)
def test_spark_history(attempts: list[bool], wanted: str | None) -> None:
    history = spark.History(id="a", attempts=[spark.Attempt(completed=one) for one in attempts])
    problems = list(spark.judge_history({"spark-client": "a"}, {"a": history}))
    assert len(problems) == (wanted is not None)
    assert all(str(wanted) in problem.reason for problem in problems)


def test_spark_history_does_not_know_the_job() -> None:
    (problem,) = spark.judge_history({"spark-cluster": "a"}, {"a": None})
    assert "shows a (of spark-cluster) not at all" in problem.reason


def ran(*boards: str) -> list[spark.Executor]:
    """Executors on these boards, and a driver on the smallest."""
    places = [
        ("driver", "pi1a.home.arpa:21000"),
        *((str(i), f"{b}:1") for i, b in enumerate(boards)),
    ]
    return [spark.Executor(id=identifier, place=place) for identifier, place in places]


@pytest.mark.parametrize(
    ("boards", "wanted"),
    [
        (["pi8", "pi4"], []),
        (["pi8.home.arpa"], []),
        (["pi8", "pi1a"], ["an executor of a ran on pi1a, a board of 1 GB"]),
        (["pi2"], ["an executor of a ran on pi2, which the plan spares"]),
        ([], ["a ran without any executor"]),
    ],
)
def test_placement(boards: list[str], wanted: list[str]) -> None:
    problems = list(spark.judge_placement({"a": ran(*boards)}, ["pi1a"], ["pi8", "pi4"]))
    assert [problem.reason for problem in problems] == wanted


def test_recorded_answers_of_spark() -> None:
    client = spark.History.model_validate_json(
        '{"id": "application_1_1", "name": "PythonPi", "attempts": [{"completed": true}]}'
    )
    inside = spark.History.model_validate_json(
        '{"id": "a", "attempts": [{"attemptId": "2", "completed": true}, {"attemptId": "1"}]}'
    )
    assert client.attempts[0].number is None
    assert inside.attempts[0].number == "2"
