"""The programs of examples/, submitted from the user's own computer by `picluster submit`."""

import os
import re
import subprocess
from dataclasses import dataclass

from docker.models.containers import Container

from tests.conftest import LabUnderTest
from tests.lab import accidents, deploying, jobs

SECONDS = 600


TEXT = "README.md"


def words_of(text: str) -> list[str]:
    """What counts as a word, in small letters."""
    return re.findall(r"[^\W\d_]+", text.lower())


def _counted() -> str:
    """What the count of the words of the project's README has to end with."""
    words = words_of((deploying.ROOT / TEXT).read_text())
    return f"{len(words)} words, {len(set(words))} different ones"


@dataclass(frozen=True)
class Example:
    """One of them."""

    words: tuple[str, ...]
    """Its arguments."""
    expected: str
    """Pattern of what it prints when it is right."""


EXAMPLES = {
    "word_count.py": Example((TEXT,), _counted()),
    "estimate_pi.py": Example((), r"Pi is roughly 3\.14\d+, after 1600000 darts"),
    "sql_udf.py": Example((), "Of 100000 numbers 77031 takes longest: 350 steps"),
    "clustering.py": Example((), "100000 points, 4 centres, the farthest off by 0[.]0"),
}


def put_text(board: Container) -> None:
    """Puts the text that is counted into the user's folder in HDFS."""
    jobs.copy(board, deploying.ROOT / TEXT)
    jobs.as_user(board, f"hdfs dfs -put -f {TEXT} {TEXT}")


@dataclass(frozen=True)
class Submitted:
    """One finished `picluster submit`."""

    code: int
    output: str
    log: str


def submit(under_test: LabUnderTest, example: str, *words: str, cluster: bool = False) -> Submitted:
    """Runs one of the examples, with its usual arguments where none are given."""
    done = subprocess.run(
        [
            str(deploying.PYINFRA.with_name("picluster")),
            "submit",
            *(["--cluster"] if cluster else []),
            str(deploying.ROOT / "examples" / example),
            *(words or EXAMPLES[example].words),
        ],
        cwd=deploying.ROOT,
        env=os.environ | under_test.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    return Submitted(done.returncode, done.stdout, done.stderr)


def driver_output(board: Container, application: str) -> str:
    """What the driver of an application in cluster mode printed, as YARN has kept it."""
    command = f"yarn logs -applicationId {application} -log_files stdout 2>/dev/null"
    # NodeManagers upload it when the application has ended.
    accidents.wait_for(
        lambda: bool(jobs.as_user(board, f"{command} || true").strip()),
        f"YARN has no logs of {application}",
    )
    return jobs.as_user(board, command)
