"""Whether Spark runs jobs in both modes, where it should, and shows them afterwards."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from picluster.checks import http
from picluster.checks.check import SSH, Check
from picluster.checks.cluster import Cluster
from picluster.checks.conditions import Condition, first, silent, spark_is_off
from picluster.checks.polling import until
from picluster.checks.submitted import Done, complaint, new_tag, submit
from picluster.checks.verdict import AskError, Problem, Verdict, failed, judged, passed
from picluster.plan import spark_ports

Mode = Literal["client", "cluster"]

EXAMPLE = "/opt/spark/examples/pi.py"
PARTITIONS = 2
HISTORY_SECONDS = 60.0
"""The history server looks for new logs every ten seconds, and reads them after that."""
REPAIR = "pyinfra inventory.py deploys.spark.apply"
SMALL_GB = 1


class Attempt(BaseModel):
    """A run of an application; in cluster mode there may be a second after a failure."""

    model_config = ConfigDict(extra="ignore", frozen=True, validate_by_name=True)

    number: str | None = Field(None, alias="attemptId")
    """None in client mode."""
    completed: bool = False


class History(BaseModel):
    """An application as the history server shows it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    attempts: list[Attempt] = []

    @property
    def is_complete(self) -> bool:
        """Whether its end has been read."""
        return any(attempt.completed for attempt in self.attempts)


class Executor(BaseModel):
    """An executor, or the driver, as the history server shows it."""

    model_config = ConfigDict(extra="ignore", frozen=True, validate_by_name=True)

    id: str
    place: str = Field("", alias="hostPort")

    @property
    def board(self) -> str:
        """Name of the board that it ran on."""
        return self.place.rpartition(":")[0].partition(".")[0]


def judge(mode: Mode, done: Done) -> Verdict:
    """From how the job ended; in client mode from the number that it found, too."""
    if (error := complaint(f"Spark's job in {mode} mode", done)) is not None:
        raise error
    found = re.search(r"Pi is roughly ([\d.]+)", done.output)
    if mode == "client" and (found is None or not 3 < float(found[1]) < 3.3):
        return failed(
            f"Spark's job found {found[1] if found else 'no number'} for Pi",
            f"run it by hand on the head board: spark-submit {EXAMPLE} {PARTITIONS}",
        )
    return passed(f"it finds {found[1]} for Pi" if found else "it succeeded")


def judge_history(ids: Mapping[str, str], shown: Mapping[str, History | None]) -> Iterator[Problem]:
    """Applications that the history server does not show as complete.

    + ids: of the applications, by the check that ran them
    + shown: by their ids
    """
    for check, identifier in ids.items():
        history = shown.get(identifier)
        if history is None or not history.is_complete:
            told = "as not complete" if history else "not at all"
            yield Problem(
                f"Spark's history server shows {identifier} (of {check}) {told}",
                f"sudo journalctl -u spark-historyserver on its board; {REPAIR}",
            )


def judge_placement(
    executors: Mapping[str, Collection[Executor]], small: Collection[str], able: Collection[str]
) -> Iterator[Problem]:
    """Executors on boards that are too small for them.

    + executors: of each application
    + small: names of the boards that must never have one
    + able: names of those that are to have them
    """
    for application, every in executors.items():
        boards = sorted({one.board for one in every if one.id != "driver"})
        if not boards:
            yield Problem(
                f"{application} ran without any executor",
                "see its page at the history server; the NodeManagers' memory: picluster plan",
            )
        for board in boards:
            if board in small or board not in able:
                why = f"a board of {SMALL_GB} GB" if board in small else "which the plan spares"
                yield Problem(
                    f"an executor of {application} ran on {board}, {why}",
                    f"its NodeManager offers too much: see the check yarn-nodes; {REPAIR} and "
                    "deploys.yarn.apply",
                )


def _asker(mode: Mode) -> Callable[[Cluster], Verdict]:
    def ask(cluster: Cluster) -> Verdict:
        tag = new_tag()
        command = [
            "spark-submit",
            "--deploy-mode",
            mode,
            "--conf",
            f"spark.yarn.tags={tag}",
            EXAMPLE,
            str(PARTITIONS),
        ]
        done = submit(cluster, command, tag)
        verdict = judge(mode, done)
        if done.application is not None:
            cluster.ran[f"spark-{mode}"] = done.application.id
        return verdict

    return ask


def _has_no(mode: Mode) -> Condition:
    """The plan has no room for jobs in this mode."""

    def reason(cluster: Cluster) -> str | None:
        spark = cluster.plan.spark
        fits = spark and (spark.client_mode if mode == "client" else spark.cluster_mode)
        return None if fits else f"the plan has no room for {mode} mode: picluster plan"

    return reason


def _nothing_ran(cluster: Cluster) -> str | None:
    return None if _ran(cluster) else "depends on: spark-client or spark-cluster"


def _ran(cluster: Cluster) -> dict[str, str]:
    return {name: cluster.ran[name] for name in ("spark-client", "spark-cluster")
            if name in cluster.ran}  # fmt: skip


def _url(cluster: Cluster, identifier: str) -> str:
    place = f"{cluster.address_of('sparkhistoryserver')}:{spark_ports.HISTORY_HTTP}"
    return f"http://{place}/api/v1/applications/{identifier}"


def _shown(cluster: Cluster, identifier: str) -> History | None:
    try:
        return http.json(History, _url(cluster, identifier), "")
    except AskError:
        return None


def ask_history(cluster: Cluster) -> Verdict:
    """Looks for the jobs that were just run."""
    ids = _ran(cluster)

    def ask() -> dict[str, History | None]:
        return {identifier: _shown(cluster, identifier) for identifier in ids.values()}

    shown = until(
        ask, lambda found: all(one and one.is_complete for one in found.values()), HISTORY_SECONDS
    )
    return judged(f"it shows {', '.join(ids.values())}", judge_history(ids, shown))


def ask_placement(cluster: Cluster) -> Verdict:
    """Looks where the executors of these jobs were."""
    spark = cluster.plan.spark
    able = spark.executor_nodes if spark is not None else ()
    executors = {
        identifier: _executors(cluster, identifier) for identifier in _ran(cluster).values()
    }
    small = [node.name for node in cluster.nodes if node.memory_gb <= SMALL_GB]
    boards = {one.board for every in executors.values() for one in every if one.id != "driver"}
    return judged(
        f"executors ran on {', '.join(sorted(boards)) or 'no board'}",
        judge_placement(executors, small, able),
    )


def _executors(cluster: Cluster, identifier: str) -> list[Executor]:
    url, remedy = _url(cluster, identifier), REPAIR
    attempts = http.json(History, url, remedy).attempts
    last = next((one.number for one in attempts if one.completed), None)
    attempt = f"/{last}" if last is not None else ""
    return http.json(list[Executor], f"{url}{attempt}/allexecutors", remedy)


_UNLESS = first(spark_is_off, silent("resourcemanager"))

CLIENT = Check(
    "spark-client",
    "Spark runs a job in client mode",
    f"{EXAMPLE}, submitted on the head as the ordinary user; the driver is there",
    _asker("client"),
    first(_UNLESS, _has_no("client")),
    needs=("hdfs-safe-mode",),
    after=(SSH, "mapreduce"),
    is_job=True,
)
CLUSTER = Check(
    "spark-cluster",
    "Spark runs a job in cluster mode",
    f"{EXAMPLE}, submitted on the head as the ordinary user; YARN places the driver",
    _asker("cluster"),
    first(_UNLESS, _has_no("cluster")),
    needs=("hdfs-safe-mode",),
    after=(SSH, "mapreduce", "spark-client"),
    is_job=True,
)
HISTORY = Check(
    "spark-history",
    "Spark's history server shows the jobs",
    "the jobs that were just run, over the history server's page",
    ask_history,
    first(spark_is_off, silent("sparkhistoryserver"), _nothing_ran),
    after=(SSH, "spark-client", "spark-cluster"),
    is_job=True,
)
PLACEMENT = Check(
    "spark-placement",
    f"No Spark executor ran on a board of {SMALL_GB} GB",
    "the boards of the executors of these jobs, over the history server's page",
    ask_placement,
    first(spark_is_off, silent("sparkhistoryserver"), _nothing_ran),
    needs=("spark-history",),
    is_job=True,
)
