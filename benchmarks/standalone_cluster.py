"""Spark's own cluster manager on the boards of a lab, for as long as a benchmark takes.

A worker on each board offers as many executors, of the same size, as its NodeManager could hold.
"""

import io
import json
import shlex
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from docker.models.containers import Container

from picluster.lab import machine
from tests.lab import accidents, seen

USER = "yarn"
"""As which YARN runs executors, too."""
MASTER_PORT, MASTER_HTTP, WORKER_HTTP = 7077, 8091, 8092
FOLDER = "/var/lib/hadoop/benchmark-standalone"
SETTINGS = f"{FOLDER}/spark.conf"
MASTER_UNIT, WORKER_UNIT = "benchmark-spark-master", "benchmark-spark-worker"
DEPLOY = "org.apache.spark.deploy"

JAVA = (
    "/usr/lib/jvm/default-java/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss256k "
    "-XX:ReservedCodeCacheSize=32m -Djava.net.preferIPv4Stack=true -Xmx128m "
    "-cp '/etc/hadoop/conf:/opt/spark/jars/*'"
)
"""A daemon's memory, as those of Hadoop have it."""


@dataclass(frozen=True)
class Offer:
    """What the boards give to executors."""

    head: str
    heap_mb: int
    executors: Mapping[str, int]
    """Board to how many it holds at once."""
    domain: str
    """Of the boards' full names, by which HDFS knows them, too: so Spark sees which data is near.
    """

    @property
    def url(self) -> str:
        """spark.master."""
        return f"spark://{self.head}:{MASTER_PORT}"


def put(board: Container, path: str, content: str, mode: int = 0o644) -> None:
    """Writes a file on a board whose folder is there, owned by root."""
    folder, _, name = path.rpartition("/")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content.encode()), mode
        archive.addfile(entry, io.BytesIO(content.encode()))
    board.put_archive(folder, buffer.getvalue())


@contextmanager
def running(
    boards: Mapping[str, Container], offer: Offer, settings: Mapping[str, str]
) -> Iterator[None]:
    """A master and its workers with these spark.* settings, until the end; nothing stays."""
    used = {name: boards[name] for name in {offer.head, *offer.executors}}
    try:
        for board in used.values():
            _prepare(board, settings)
        _start_master(boards[offer.head], offer)
        for name in offer.executors:
            _start_worker(boards[name], offer, name)
        accidents.wait_for(
            lambda: workers(boards[offer.head]) == {n: c for n, c in offer.executors.items() if c},
            "workers of Spark standalone are missing",
        )
        yield
    finally:
        for board in used.values():
            _remove(board)


def workers(head: Container) -> dict[str, int]:
    """Board to the executors that its worker offers, as the master's page tells."""
    url = f"http://{machine.board_of(head).address}:{MASTER_HTTP}/json/"
    code, output = machine.run(head, "curl", "-s", "-f", "--max-time", "10", url)
    if code != 0:
        return {}
    return {
        worker["host"].partition(".")[0]: worker["cores"]
        for worker in json.loads(output)["workers"]
        if worker["state"] == "ALIVE"
    }


def _prepare(board: Container, settings: Mapping[str, str]) -> None:
    seen.shell(board, f"mkdir -p {FOLDER} && chown {USER}:hadoop {FOLDER} && chmod 755 {FOLDER}")
    put(board, SETTINGS, "".join(f"{key} {value}\n" for key, value in settings.items()))


def _start_master(board: Container, offer: Offer) -> None:
    _start(
        board,
        MASTER_UNIT,
        f"{DEPLOY}.master.Master --host {offer.head} --port {MASTER_PORT} "
        f"--webui-port {MASTER_HTTP} --properties-file {SETTINGS}",
    )


def _start_worker(board: Container, offer: Offer, name: str) -> None:
    count = offer.executors[name]
    _start(
        board,
        WORKER_UNIT,
        f"{DEPLOY}.worker.Worker --host {name}.{offer.domain} --webui-port {WORKER_HTTP} "
        f"--cores {count} --memory {count * offer.heap_mb}m --work-dir {FOLDER}/work "
        f"--properties-file {SETTINGS} {offer.url}",
    )


def _start(board: Container, unit: str, command: str) -> None:
    environment = {
        "SPARK_HOME": "/opt/spark",
        "SPARK_SCALA_VERSION": "2.13",  # spark-class would find out
        "JAVA_HOME": "/usr/lib/jvm/default-java",
        "HADOOP_CONF_DIR": "/etc/hadoop/conf",
        "SPARK_LOCAL_DIRS": f"{FOLDER}/local",
        "MALLOC_ARENA_MAX": "2",
        "PYSPARK_PYTHON": "/usr/bin/python3",
    }
    variables = " ".join(f"--setenv={key}={value}" for key, value in environment.items())
    seen.shell(
        board,
        f"systemd-run --quiet --collect --unit={unit} --uid={USER} --gid=hadoop {variables} "
        f"sh -c {shlex.quote(f'exec {JAVA} {command}')}",
    )


def _remove(board: Container) -> None:
    seen.shell(
        board, f"systemctl stop {WORKER_UNIT} {MASTER_UNIT} 2>/dev/null; rm -rf {FOLDER}; true"
    )
