"""The same PySpark jobs on the same boards and data, on YARN and on Spark standalone.

    python -m benchmarks.standalone

Takes a lab of seven boards of its own, about 20 minutes with the boards' first deploy, and writes
its table into docs/performance.md, between two marks. While trying settings:

    python -m benchmarks.standalone --here --repetitions 5 --job start_up \\
        --variant "impatient: spark.yarn.scheduler.heartbeat.interval-ms=500"

measures on the lab that is up, prints, and writes nothing.
"""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click
from docker.models.containers import Container

from benchmarks import standalone_cluster
from benchmarks.deploy import machine, measure, write
from benchmarks.ratios import ratios, spread
from benchmarks.standalone_cluster import Offer
from picluster.lab.lab import Lab
from picluster.plan.load import load_config
from picluster.plan.plan import Plan
from tests.conftest import LabUnderTest, environment_of
from tests.lab import hadoop_seen, jobs

BEGIN, END = "<!-- begin: benchmarks/standalone.py -->", "<!-- end: benchmarks/standalone.py -->"
PROGRAM = Path(__file__).with_name("jobs") / "timed.py"
JOBS = ("start_up", "estimate_pi", "word_count", "join", "clustering")
TEXT, TEXT_MB = "benchmark.txt", 50
EXECUTORS = 3
"""More are slower on the two cores that such a lab may have."""
JOB_SECONDS = 300
SECRET = "benchmark"  # noqa: S105 # of boards that are thrown away

YARN, STANDALONE, DYNAMIC = "YARN", "standalone", "YARN, dynamic allocation"

Settings = Mapping[str, object]


@dataclass(frozen=True)
class Way:
    """One way to run the jobs."""

    name: str
    settings: Settings


@dataclass(frozen=True)
class Timed:
    """One run of a job, in seconds."""

    total: float
    """From spark-submit's start to its end."""
    until_executor: float
    """From spark-submit's start until the first executor was there."""
    until_work: float
    """From there, or from when the session was ready, until the result."""
    result: int
    executors: tuple[str, ...]


@dataclass
class Measured:
    """All runs: job and way to its repetitions, in the order of these."""

    runs: dict[tuple[str, str], list[Timed]] = field(default_factory=dict)

    def add(self, job: str, way: str, run: Timed) -> None:
        """Keeps a run. Raises SystemExit when its result is another than that of the same job."""
        for (other, by), runs in self.runs.items():
            if other == job and runs[0].result != run.result:
                raise SystemExit(f"{job} gave {run.result} by {way}, {runs[0].result} by {by}")
        self.runs.setdefault((job, way), []).append(run)

    def totals(self, job: str, way: str) -> list[float]:
        """Seconds of a job."""
        return [run.total for run in self.runs[job, way]]

    def sums(self, jobs_run: Sequence[str], way: str) -> list[float]:
        """Seconds of all jobs together, of each repetition."""
        return [sum(each) for each in zip(*(self.totals(j, way) for j in jobs_run), strict=True)]


def ways(offer: Offer, executors: int) -> list[Way]:
    """The same number of executors, asked for at once; and YARN as it is deployed."""
    fixed = {"spark.dynamicAllocation.enabled": "false"}
    return [
        Way(YARN, {**fixed, "spark.executor.instances": executors}),
        Way(
            STANDALONE,
            {
                **fixed,
                "spark.master": offer.url,
                "spark.cores.max": executors,
                "spark.authenticate.secret": SECRET,
            },
        ),
        Way(DYNAMIC, {"spark.dynamicAllocation.maxExecutors": executors}),
    ]


def offer_of(plan: Plan, domain: str) -> Offer:
    """As many executors on each board as its NodeManager has room for."""
    spark = plan.spark
    if spark is None:
        raise SystemExit("the plan has no Spark")
    shape = spark.executor
    return Offer(
        head=spark.head,
        heap_mb=shape.heap_mb,
        executors={
            planned.node.name: count
            for planned in plan.nodes
            if (count := min(planned.yarn_mb // shape.container_mb, planned.vcores))
        },
        domain=domain,
    )


def make_text(board: Container) -> str:
    """Puts a text of random words into HDFS; its full name there."""
    program = (
        "import random; r = random.Random(1); "
        "w = [''.join(r.choices('etaoinshrdlu', k=r.randint(2, 9))) for _ in range(20000)]; "
        f"[print(' '.join(r.choices(w, k=1000))) for _ in range({TEXT_MB} * 154)]"
    )
    jobs.as_user(board, f"python3 -c {shlex.quote(program)} | hdfs dfs -put -f - {TEXT}")
    return f"/user/{jobs.USER}/{TEXT}"


def run(board: Container, way: Way, job: str, text: str) -> Timed:
    """Submits a job once, in client mode. Raises JobFailedError when it fails."""
    options = [f"--conf={key}={value}" for key, value in way.settings.items()]
    command = shlex.join(["spark-submit", *options, PROGRAM.name, job, text])
    # By the board's clock alone, as all times of the job.
    output = jobs.as_user(
        board,
        f"date +%s.%N; timeout {JOB_SECONDS} {command} 2>log || {{ tail -40 log; exit 1; }}; "
        "date +%s.%N",
    )
    lines = output.splitlines()
    started, told, ended = float(lines[0]), json.loads(lines[-2]), float(lines[-1])
    begun = max(told["ready"], told["first_executor"])
    return Timed(
        total=ended - started,
        until_executor=told["first_executor"] - started,
        until_work=told["done"] - begun,
        result=told["result"],
        executors=tuple(told["executors"]),
    )


def measure_all(
    board: Container, compared: Sequence[Way], names: Sequence[str], repetitions: int
) -> Measured:
    """Each job by each way, so that runs that are compared are neighbours in time."""
    text = make_text(board)
    jobs.copy(board, PROGRAM)
    for way in compared:  # Files and classes get into the page cache.
        run(board, way, "start_up", text)
    found = Measured()
    for repetition in range(repetitions):
        for job in names:
            for way in compared[:: -1 if repetition % 2 else 1]:
                timed = run(board, way, job, text)
                found.add(job, way.name, timed)
                print(f"{repetition + 1} {job}, {way.name}: {timed}", flush=True)
    return found


def compared_table(found: Measured, names: Sequence[str], one: str, other: str) -> list[str]:
    """Two ways side by side; lines of a table."""
    lines = [
        f"| job | {one}, seconds | {other}, seconds | ratio |",
        "|---|---|---|---|",
    ]
    for job in names:
        first, second = found.totals(job, one), found.totals(job, other)
        lines.append(
            f"| {job} | {spread(first)} | {spread(second)} | {spread(ratios(first, second), 2)} |"
        )
    first, second = found.sums(names, one), found.sums(names, other)
    lines.append(
        f"| **all** | {spread(first)} | {spread(second)} | **{spread(ratios(first, second), 2)}** |"
    )
    return lines


def parts_table(found: Measured, names: Sequence[str], compared: Sequence[Way]) -> list[str]:
    """Start-up and work apart; lines of a table."""
    lines = [
        "| | seconds from submit to the first executor, all jobs | seconds of work, all jobs |",
        "|---|---|---|",
    ]
    for way in compared:
        runs = [found.runs[job, way.name] for job in names]
        until = [run.until_executor for of_job in runs for run in of_job]
        work = [sum(run.until_work for run in each) for each in zip(*runs, strict=True)]
        lines.append(f"| {way.name} | {spread(until)} | {spread(work)} |")
    return lines


def table(found: Measured, names: Sequence[str], compared: Sequence[Way]) -> list[str]:
    """Everything that was found; lines of tables."""
    lines = []
    for way in compared:
        if way.name != STANDALONE:
            lines += [*compared_table(found, names, way.name, STANDALONE), ""]
    return [*lines, *parts_table(found, names, compared)]


def given(text: str) -> Way:
    """`name: key=value key=value`, on top of YARN with a fixed number of executors."""
    name, _, settings = text.partition(":")
    return Way(name.strip(), dict(pair.split("=", 1) for pair in settings.split()))


@contextmanager
def seven_boards(here: bool) -> Iterator[LabUnderTest]:
    """The lab that is up, or one of its own with everything deployed."""
    lab = Lab.open(print, may_start=True)
    under_test = LabUnderTest(lab, environment_of(lab))
    if here:
        yield under_test
        return
    lab.down()
    lab.up(7, {})
    try:
        measure(under_test.environment, "-y")
        hadoop_seen.wait_until_as_planned(under_test)
        yield under_test
    finally:
        lab.down()


@click.command()
@click.option("--here", is_flag=True, help="On the lab that is up; only prints.")
@click.option("--repetitions", default=3, show_default=True)
@click.option("--executors", default=EXECUTORS, show_default=True)
@click.option("--job", "names", multiple=True, type=click.Choice(JOBS), help="Only these.")
@click.option("--variant", "variants", multiple=True, help="NAME: KEY=VALUE …, on YARN.")
def main(
    here: bool,
    repetitions: int,
    executors: int,
    names: tuple[str, ...],
    variants: tuple[str, ...],
) -> None:
    """Measures, and writes or prints the tables."""
    names = names or JOBS
    with seven_boards(here) as lab:
        domain = load_config(lab.lab.cluster_toml).cluster.domain
        offer = offer_of(hadoop_seen.plan(lab), domain)
        compared = ways(offer, executors)
        if variants:
            plain, standalone, _ = compared
            others = map(given, variants)
            changed = [Way(w.name, {**plain.settings, **w.settings}) for w in others]
            compared = [plain, standalone, *changed]
        settings = {"spark.authenticate": "true", "spark.authenticate.secret": SECRET}
        with standalone_cluster.running(lab.boards, offer, settings):
            found = measure_all(lab.boards[offer.head], compared, names, repetitions)
    lines = [
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine()}; seven boards, {executors} "
        f"executors of {offer.heap_mb} MiB heap and one core; {repetitions} repetitions, "
        "interleaved; median (span).",
        "",
        *table(found, names, compared),
    ]
    if here:
        print("\n".join(lines))
    else:
        write(lines, BEGIN, END)


if __name__ == "__main__":
    main()
