"""HDFS and YARN on a lab of seven boards: seconds until they are ready, of jobs, and memory.

    make benchmark

Writes its tables into docs/performance.md, between two marks. Needs some minutes.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from benchmarks.deploy import measure
from benchmarks.page import machine, write
from picluster.lab.lab import Lab
from picluster.plan.daemons import RESIDENT_MB
from tests.conftest import LabUnderTest, environment_of
from tests.lab import hadoop_seen, jobs
from tests.lab.traffic import sent_bytes

BEGIN, END = "<!-- begin: benchmarks/hadoop.py -->", "<!-- end: benchmarks/hadoop.py -->"


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.monotonic()
    work()
    return time.monotonic() - started


def first_runs(lab: LabUnderTest) -> list[str]:
    """Boards with base, Docker and Swarm get HDFS and YARN; lines of a table."""
    for service in ("base", "docker", "swarm"):
        measure(lab.environment, "-y", deploy=f"deploys.{service}.apply")
    sent = sent_bytes(lab.lab)
    lines = []
    for service in ("hdfs", "yarn"):
        found = measure(lab.environment, "-y", deploy=f"deploys.{service}.apply")
        lines.append(f"| `deploys.{service}.apply`, first run | {found.seconds:.1f} |")
    hadoop_seen.wait_until_as_planned(lab)
    sent = sent_bytes(lab.lab) - sent
    lines.append(f"| sent by this computer in both | {sent / 1e6:.1f} MB |")
    return lines


def job_times(lab: LabUnderTest) -> list[str]:
    """Real jobs, submitted from small boards; lines of a table."""
    small, other = lab.boards["pi1a"], lab.boards["pi2b"]
    rows = f"{jobs.ROWS:,} rows"
    timed: dict[str, Callable[[], object]] = {
        "pi, 2 maps of 1,000 samples": lambda: jobs.pi(small),
        f"teragen, terasort and teravalidate, {rows}": lambda: jobs.sort(other),
        "100 MB made, put from a 1 GB board": lambda: jobs.put(small, "hundred", 100),
        "the same read on another 1 GB board": lambda: jobs.digest(lab.boards["pi1b"], "hundred"),
    }
    return [f"| {title} | {seconds(work):.1f} |" for title, work in timed.items()]


def memory(lab: LabUnderTest) -> list[str]:
    """What boards and daemons took at most, beside what is planned; lines of tables."""
    boards = [
        "| board | limit | highest use, with page cache | killed for want of memory |",
        "|---|---|---|---|",
    ]
    highest: dict[str, list[int]] = {}
    for planned in hadoop_seen.plan(lab).nodes:
        board = lab.boards[planned.node.name]
        found = hadoop_seen.memory(board)
        boards.append(
            f"| {planned.node.name} | {found.limit_mb} | {found.peak_mb} | {found.killed} |"
        )
        for role in planned.roles:
            if role in hadoop_seen.UNITS:
                resident = hadoop_seen.resident_mb(board, hadoop_seen.UNITS[role])
                highest.setdefault(role, []).append(resident)
    daemons = ["| daemon | planned | highest of each board |", "|---|---|---|"]
    for role, planned_mb in RESIDENT_MB.items():
        if role in highest:
            daemons.append(
                f"| {role} | {planned_mb} | {', '.join(map(str, sorted(highest[role])))} |"
            )
    return [*boards, "", *daemons]


def main() -> None:
    """Measures and writes the tables."""
    lab = Lab.open(print, may_start=True)
    lab.down()
    lab.up(7, {})
    under_test = LabUnderTest(lab, environment_of(lab))
    try:
        # Fills the caches; then all boards are blank again.
        for service in ("base", "docker", "swarm", "hdfs"):
            measure(under_test.environment, "-y", deploy=f"deploys.{service}.apply")
        lab.reset()
        table = [
            f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine()}; seven boards, caches warm.",
            "",
            "| what | seconds |",
            "|---|---|",
            *first_runs(under_test),
            *job_times(under_test),
            "",
            "Memory in MiB after these jobs:",
            "",
            *memory(under_test),
        ]
    finally:
        lab.down()
    write(table, BEGIN, END)


if __name__ == "__main__":
    main()
