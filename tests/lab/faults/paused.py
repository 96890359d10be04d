"""Daemons that hang (SIGSTOP) and go on (SIGCONT): systemd sees nothing wrong with them."""

import time

from tests.conftest import LabUnderTest
from tests.lab import jobs, seen
from tests.lab.faults import looks, places
from tests.lab.faults.daemons import silent
from tests.lab.faults.fault import Fault, Step, by_itself


def stop(where: str, unit: str) -> Step:
    """All of its processes."""
    return places.on(where, f"systemctl kill -s STOP {unit}")


def go_on(where: str, unit: str) -> Step:
    """All of them again."""
    return places.on(where, f"systemctl kill -s CONT {unit}")


def a_file_is_written(lab: LabUnderTest) -> str:
    """A client waits a minute for a DataNode that it may have met, and goes on without it."""
    main = "$(systemctl show -p MainPID --value hdfs-datanode)"
    assert seen.shell(lab.boards["pi1a"], f"ps -o stat= -p {main}").startswith("T"), "it goes on"
    begin = time.monotonic()
    digest = jobs.put(lab.boards["pi8"], "while-one-hangs", 1)
    seconds = time.monotonic() - begin
    assert jobs.digest(lab.boards["pi2a"], "while-one-hangs") == digest
    jobs.clean(lab.boards["pi8"], "while-one-hangs")
    return f"hdfs dfs -put: it ends well, after {seconds:.0f} s"


FAULTS = [
    Fault(
        "a NodeManager hangs",
        stop("pi1a", "yarn-nodemanager"),
        silent("NodeManager", "pi1a"),
        by_itself(),
        undo=go_on("pi1a", "yarn-nodemanager"),
    ),
    Fault(
        "a DataNode hangs",
        stop("pi1a", "hdfs-datanode"),
        a_file_is_written,
        by_itself(),
        undo=go_on("pi1a", "hdfs-datanode"),
    ),
    Fault(
        "the NameNode hangs",
        stop("namenode", "hdfs-namenode"),
        silent("NameNode"),
        by_itself(),
        undo=go_on("namenode", "hdfs-namenode"),
    ),
    Fault(
        "an engine hangs",
        stop("pi1a", "docker"),
        looks.on_board("pi8", "docker node ls", "pi1a +(Down|Ready +Active +Unreachable)"),
        by_itself(),
        undo=go_on("pi1a", "docker"),
        within=150,
    ),
]
