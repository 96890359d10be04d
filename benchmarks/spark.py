"""Spark on a lab of seven boards: from blank boards to the first result, examples, and memory.

    python -m benchmarks.spark

Writes its tables into docs/performance.md, between two marks. Takes about 20 minutes.
"""

import time
from datetime import UTC, datetime

from benchmarks.deploy import REPEATS, measure, row
from benchmarks.page import machine, write
from benchmarks.ratios import spread
from benchmarks.watched import KINDS, watching
from picluster.lab.lab import Lab
from tests.conftest import LabUnderTest, environment_of
from tests.lab import hadoop_seen, spark_seen
from tests.lab.spark_examples import EXAMPLES, put_text, submit

BEGIN, END = "<!-- begin: benchmarks/spark.py -->", "<!-- end: benchmarks/spark.py -->"
FIRST = "estimate_pi.py"


def timed_submit(lab: LabUnderTest, example: str, *, cluster: bool = False) -> float:
    """Seconds of `picluster submit`. Raises SystemExit with what it said where it fails."""
    started = time.monotonic()
    done = submit(lab, example, cluster=cluster)
    if done.code != 0:
        raise SystemExit(f"{example} failed:\n{done.log}")
    return time.monotonic() - started


def from_blank(lab: LabUnderTest) -> list[str]:
    """Blank boards, all of the deploy, and one job; lines of a table."""
    started = time.monotonic()
    lab.lab.reset()
    booted = time.monotonic()
    measure(lab.environment, "-y")
    deployed = time.monotonic()
    timed_submit(lab, FIRST)
    done = time.monotonic()
    return [
        "| from blank boards to the first result | seconds |",
        "|---|---|",
        f"| seven new boards, booted and reachable | {booted - started:.1f} |",
        f"| `deploys/all.py` | {deployed - booted:.1f} |",
        f"| `picluster submit examples/{FIRST}` | {done - deployed:.1f} |",
        f"| **together** | **{done - started:.1f}** |",
    ]


def second_runs(lab: LabUnderTest) -> list[str]:
    """Runs of everything that change nothing; lines of a table."""
    measures = [measure(lab.environment, "-y") for _ in range(REPEATS)]
    head = spark_seen.spark_plan(lab).head
    commands = [m.commands for m in measures]
    on_head = max(counted[head] for counted in commands)
    elsewhere = max(
        count for counted in commands for name, count in counted.items() if name != head
    )
    return [
        "| command | seconds | remote commands a board | changes (operation × board) |",
        "|---|---|---|---|",
        row("second run of everything", measures),
        "",
        f"Remote commands of a second run: {on_head} on the head, at most {elsewhere} elsewhere.",
    ]


def examples(lab: LabUnderTest) -> list[str]:
    """Each in both modes; lines of a table."""
    put_text(lab.boards[spark_seen.spark_plan(lab).head])
    lines = ["| example | client mode, seconds | cluster mode, seconds |", "|---|---|---|"]
    for example in EXAMPLES:
        took = [
            spread([timed_submit(lab, example, cluster=cluster) for _ in range(REPEATS)])
            for cluster in (False, True)
        ]
        lines.append(f"| `{example}` | {took[0]} | {took[1]} |")
        print(lines[-1], flush=True)
    return lines


def memory(lab: LabUnderTest, found: dict[str, list[int]]) -> list[str]:
    """What Spark's processes and the boards took at most; lines of tables."""
    planned = spark_seen.spark_plan(lab)
    room = {
        "executor": planned.executor.container_mb,
        "application master, client mode": planned.am_heap_mb + planned.am_overhead_mb,
        "driver, cluster mode": planned.driver_heap_mb + planned.driver_overhead_mb,
    }
    lines = ["| process | its container | how many | highest of them, MiB |", "|---|---|---|---|"]
    for kind in KINDS:
        peaks = found.get(kind, [])
        lines.append(f"| {kind} | {room.get(kind, '')} | {len(peaks)} | {max(peaks, default='')} |")
    lines += [
        "",
        "| board | limit | highest use, with page cache | killed for want of memory |",
        "|---|---|---|---|",
    ]
    for name, board in lab.boards.items():
        seen = hadoop_seen.memory(board)
        lines.append(f"| {name} | {seen.limit_mb} | {seen.peak_mb} | {seen.killed} |")
    return lines


def main() -> None:
    """Measures and writes the tables."""
    lab = Lab.open(print, may_start=True)
    lab.down()
    lab.up(7, {})
    under_test = LabUnderTest(lab, environment_of(lab))
    try:
        measure(under_test.environment, "-y")  # fills the caches
        blank = from_blank(under_test)
        hadoop_seen.wait_until_as_planned(under_test)
        seconds = second_runs(under_test)
        boards = under_test.boards
        with watching({n: boards[n] for n in spark_seen.spark_plan(under_test).nodes}) as found:
            timed = examples(under_test)
        table = [
            f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine()}; seven boards, caches warm; "
            "median (span).",
            "",
            *blank,
            "",
            *seconds,
            "",
            f"Each example {REPEATS} times by `picluster submit`, from the command to its end:",
            "",
            *timed,
            "",
            "Memory in MiB during these jobs, and of the boards after them:",
            "",
            *memory(under_test, found),
        ]
    finally:
        lab.down()
    write(table, BEGIN, END)


if __name__ == "__main__":
    main()
