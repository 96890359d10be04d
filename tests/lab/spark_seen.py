"""Spark as its history server, the ResourceManager and the boards' processes tell of it."""

import json
import re
from typing import Any

from docker.models.containers import Container

from picluster.lab import machine
from picluster.plan.spark import SparkPlan
from tests.conftest import LabUnderTest
from tests.lab import accidents, hadoop_seen, seen

UNIT, PORT = "spark-historyserver", 18080
REST = "/api/v1/applications"
EXECUTOR = "YarnCoarseGrainedExecutorBackend"
COMMANDS = ("spark-submit", "pyspark", "spark-sql")
SMALL_MB = 1024
"""Boards with no more memory carry no executor."""


def spark_plan(under_test: LabUnderTest) -> SparkPlan:
    """What the lab's cluster.toml leads to."""
    planned = hadoop_seen.plan(under_test).spark
    assert planned is not None
    return planned


def head(under_test: LabUnderTest) -> Container:
    """The board on which jobs are submitted."""
    return under_test.boards[spark_plan(under_test).head]


def history_board(under_test: LabUnderTest) -> Container:
    """The board whose history server it is."""
    return under_test.boards[spark_plan(under_test).history]


def answer(under_test: LabUnderTest, path: str = "") -> Any:
    """What the history server's REST says; None where it does not answer."""
    board = history_board(under_test)
    url = f"http://{machine.board_of(board).address}:{PORT}{REST}{path}"
    code, output = machine.run(board, "curl", "-s", "-f", "--max-time", "30", url)
    return json.loads(output) if code == 0 else None


def completed(under_test: LabUnderTest) -> dict[str, dict[str, Any]]:
    """Applications that the history server shows as finished, by their ids."""
    listed = answer(under_test, "?status=completed") or []
    return {application["id"]: application for application in listed}


def wait_until_shown(under_test: LabUnderTest, *ids: str) -> None:
    """Returns when the history server shows all of them as finished: it looks every ten seconds."""
    accidents.wait_for(
        lambda: set(ids) <= completed(under_test).keys(),
        f"the history server does not show {', '.join(ids)}",
    )


def executors(under_test: LabUnderTest) -> dict[str, set[str]]:
    """Application to the boards that had an executor of it, for all that the history server has."""
    found: dict[str, set[str]] = {}
    for name, application in completed(under_test).items():
        for attempt in application["attempts"]:
            which = f"/{attempt['attemptId']}" if "attemptId" in attempt else ""
            listed = answer(under_test, f"/{name}{which}/allexecutors")
            assert listed is not None, f"the history server has no executors of {name}"
            found.setdefault(name, set()).update(
                re.split("[.:]", executor["hostPort"])[0]
                for executor in listed
                if executor["id"] != "driver"
            )
    return found


def small_boards(under_test: LabUnderTest) -> set[str]:
    """Those of 1 GB, by the limit that their kernel keeps."""
    return {
        name
        for name, board in under_test.boards.items()
        if hadoop_seen.memory(board).limit_mb <= SMALL_MB
    }


def no_executor_on_a_small_board(under_test: LabUnderTest) -> None:
    """Of no application that there was."""
    small = small_boards(under_test)
    found = executors(under_test)
    assert small
    # One that failed at once may have had none.
    assert set().union(*found.values()), "the history server knows of no executor"
    for name, boards in found.items():
        assert not boards & small, f"{name} had executors on {sorted(boards & small)}"


def applications(under_test: LabUnderTest) -> dict[str, dict[str, Any]]:
    """Spark's applications by their ids, as the ResourceManager has them; only the latest 100."""
    page = hadoop_seen.page(
        hadoop_seen.head(under_test), 8088, "/ws/v1/cluster/apps?applicationTypes=SPARK"
    )
    return {found["id"]: found for found in (page.get("apps") or {}).get("app", [])}


def running(under_test: LabUnderTest) -> set[str]:
    """Ids of the applications that run now."""
    return {name for name, found in applications(under_test).items() if found["state"] == "RUNNING"}


def wait_until_running(under_test: LabUnderTest, count: int) -> set[str]:
    """Their ids as soon as so many run at once."""
    accidents.wait_for(
        lambda: len(running(under_test)) >= count, f"{count} applications do not run at once"
    )
    return running(under_test)


def new_since(under_test: LabUnderTest, before: set[str]) -> dict[str, dict[str, Any]]:
    """Applications that came later, which all have to have ended well."""
    new = {n: found for n, found in applications(under_test).items() if n not in before}
    assert {found["finalStatus"] for found in new.values()} == {"SUCCEEDED"}, new
    return new


def executor_processes(board: Container) -> list[int]:
    """Of executors that run on a board now."""
    listed = seen.shell(board, "ps -eo pid=,args= -u yarn")
    return [
        int(line.split()[0])
        for line in listed.splitlines()
        if EXECUTOR in line and not re.search(r"\b(ba)?sh\b", line.split()[1])
    ]


def wait_for_executor(under_test: LabUnderTest, *names: str) -> str:
    """The first of these boards that has one."""

    def there() -> list[str]:
        return [name for name in names if executor_processes(under_test.boards[name])]

    accidents.wait_for(lambda: bool(there()), f"no executor came to {', '.join(names)}")
    return there()[0]


def history_process(under_test: LabUnderTest) -> int:
    """The history server's process, 0 where none runs."""
    return hadoop_seen.process(history_board(under_test), UNIT)


def wait_until_history_answers(under_test: LabUnderTest) -> None:
    """Returns when its REST does."""
    accidents.wait_for(
        lambda: answer(under_test) is not None,
        "Spark's history server does not answer",
        seconds=hadoop_seen.WAIT_SECONDS,
    )


def laid(board: Container) -> str:
    """All of Spark on a board: its files by their sums, its settings, its commands."""
    return seen.shell(
        board,
        "readlink /opt/spark; cd /opt/spark/ && find . -type f -printf '%p %s %m\\n' | sort; "
        "sha256sum jars/spark-core_*.jar /etc/spark/conf/* /usr/local/bin/spark-submit; "
        f"ls -l {' '.join(f'/usr/local/bin/{name}' for name in COMMANDS)} | cut -d ' ' -f 1,3,4,5",
    )
