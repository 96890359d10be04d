"""The highest memory of each of Spark's processes, watched on the boards while jobs run."""

import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from docker.models.containers import Container

from tests.lab import jobs, seen

PROGRAM = Path(__file__).with_name("jobs") / "watch.py"
UNIT, FOUND = "benchmark-memory", "/run/benchmark-memory"

KINDS = {
    "executor": "YarnCoarseGrainedExecutorBackend",
    "application master, client mode": "yarn.ExecutorLauncher",
    "driver, client mode": "spark.deploy.SparkSubmit",
    "driver, cluster mode": "yarn.ApplicationMaster",
    "history server": "history.HistoryServer",
    "Python of an executor": "pyspark.daemon",
}
"""What it is, to words of its command line."""


@contextmanager
def watching(boards: Mapping[str, Container]) -> Iterator[dict[str, list[int]]]:
    """Kind to the highest resident memory of each process in MiB, filled at the end."""
    found: dict[str, list[int]] = {}
    words = shlex.join(KINDS.values())
    for board in boards.values():
        jobs.copy(board, PROGRAM)
        path = f"/home/{jobs.USER}/{PROGRAM.name}"
        seen.shell(
            board,
            f"systemd-run --quiet --collect --unit={UNIT} python3 {path} {FOUND} {words}",
        )
    try:
        yield found
    finally:
        for board in boards.values():
            output = seen.shell(board, f"systemctl stop {UNIT}; cat {FOUND}; rm {FOUND}")
            for line in output.splitlines():
                number, _, kilobytes = line.split()
                found.setdefault(list(KINDS)[int(number)], []).append(int(kilobytes) >> 10)
