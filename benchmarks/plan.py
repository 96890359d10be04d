"""Seconds of `picluster plan`, and what they go into, for a cluster of any size.

    python -m benchmarks.plan                # 7 and 1000 boards, with all that the verb can do
    python -m benchmarks.plan --boards 200
    python -m benchmarks.plan --boards 200 --write FILE   # only that cluster.toml

Writes its table into docs/performance.md, between the two marks. Needs no lab and contacts nothing;
half a minute. Processor seconds are told beside those of the clock: on a
computer that is busy with other work only they mean something.
"""

import os
import resource
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address
from itertools import cycle, islice
from pathlib import Path

import click
import tomlkit

from benchmarks.page import machine, write
from benchmarks.ratios import spread
from benchmarks.timed import ROOT, timed

BEGIN, END = "<!-- begin: benchmarks/plan.py -->", "<!-- end: benchmarks/plan.py -->"
REPEATS = 5
SIZES = (7, 1000)
FIRST_ADDRESS = IPv4Address("10.1.0.1")

MODELS = (
    ("4B", 8),
    ("4B", 4),
    ("4B", 2),
    ("4B", 2),
    ("3B+", 1),
    ("3B+", 1),
    ("3B+", 1),
    ("5", 16),
    ("Zero 2 W", 0.5),
)
"""The boards take turns in these; the first seven are those of the example."""


@dataclass(frozen=True)
class Measure:
    """One call."""

    seconds: float
    processor_seconds: float


def cluster_of(boards: int) -> str:
    """The text of a cluster.toml with so many boards of several models."""
    document = tomlkit.document()
    document["network"] = {"subnet": "10.1.0.0/16"}
    document["ssh"] = {"user": "pi"}
    document["node"] = [
        {
            "name": f"pi{number}",
            "address": str(FIRST_ADDRESS + number),
            "model": model,
            "memory_gb": memory_gb,
        }
        for number, (model, memory_gb) in enumerate(islice(cycle(MODELS), boards))
    ]
    return tomlkit.dumps(document)


def measure(*arguments: str) -> Measure:
    """Calls `picluster plan` once, in a process of its own, as a user does."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = "from picluster.cli import main; main()"
    done = timed([sys.executable, "-c", code, "plan", *arguments], {"PYTHONPATH": str(ROOT)})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measure(done.seconds, spent)


def calls(file: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is measured: a name, and the arguments."""
    yield "plan", (file,)
    yield "plan --power", (file, "--power")
    yield "plan --json", (file, "--json")
    yield "plan --explain pi0", (file, "--explain", "pi0")
    yield "plan --diff", (file, "--diff", file)
    for picture in ("rack", "network", "data"):
        yield f"plan --svg, {picture}", (file, "--svg", "-", "--picture", picture)


def measured(boards: tuple[int, ...]) -> Iterator[str]:
    """The lines of the table."""
    yield "| command | boards | seconds | of the processor |"
    yield "|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        for count in boards:
            file = Path(folder) / f"cluster-{count}.toml"
            file.write_text(cluster_of(count))
            for name, arguments in calls(str(file)):
                found = [measure(*arguments) for _ in range(REPEATS)]
                wall = spread([one.seconds for one in found], 2)
                spent = statistics.median(one.processor_seconds for one in found)
                yield f"| `{name}` | {count} | {wall} | {spent:.2f} |"


@click.command()
@click.option("--boards", type=click.IntRange(1, 60_000), multiple=True, default=SIZES)
@click.option("--write", "file", type=click.Path(path_type=Path), help="Write the cluster.toml.")
def main(boards: tuple[int, ...], file: Path | None) -> None:
    """Measure, and write the table."""
    if file is not None:
        file.write_text(cluster_of(boards[0]))
        return
    table = [
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine()}; median (span) of {REPEATS}.",
        f"Load of that computer when it began: {os.getloadavg()[0]:.1f}.",
        "",
        *measured(boards),
    ]
    write(table, BEGIN, END)


if __name__ == "__main__":
    main()
