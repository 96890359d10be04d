"""Jobs as an ordinary user runs them: of MapReduce from any board, of Spark where it is."""

import io
import re
import shlex
import tarfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from docker.models.containers import Container

from picluster.lab import machine
from tests.lab import accidents, seen

USER = "pi"
EXAMPLES = "/opt/hadoop/examples/hadoop-mapreduce-examples-3.4.2.jar"
ROWS = 100_000
CHECKSUM = "c327a1c42c28"
"""Of teravalidate, for that many rows."""


class JobFailedError(AssertionError):
    """Raised with what a command said."""


def as_user(board: Container, command: str) -> str:
    """The output of a command of the user's. Raises JobFailedError when it fails."""
    code, output = machine.run(board, "su", "-", USER, "-c", command)
    if code != 0:
        raise JobFailedError(f"{machine.board_of(board).name}: {command}\n{output}")
    return output


def example(board: Container, *words: str) -> str:
    """Runs one of Hadoop's examples; what it prints."""
    return as_user(board, shlex.join(["yarn", "jar", EXAMPLES, *words]))


def pi(board: Container, maps: int = 2, samples: int = 1000) -> float:
    """The number, by as many map tasks."""
    output = example(board, "pi", str(maps), str(samples))
    found = re.search(r"Estimated value of Pi is ([\d.]+)", output)
    assert found, output
    return float(found[1])


def sort(board: Container, folder: str = "tera", maps: int = 2) -> str:
    """Makes rows, sorts them, and looks whether they are sorted; their checksum."""
    clean(board, folder)
    generate(board, folder, maps)
    example(board, "terasort", f"{folder}/made", f"{folder}/sorted")
    return validate(board, folder)


def generate(board: Container, folder: str, maps: int = 2) -> None:
    """Writes the rows into HDFS."""
    example(board, "teragen", f"-Dmapreduce.job.maps={maps}", str(ROWS), f"{folder}/made")


def validate(board: Container, folder: str) -> str:
    """The checksum of sorted rows; no word of rows that are not sorted."""
    example(board, "teravalidate", f"{folder}/sorted", f"{folder}/report")
    kind, checksum = as_user(board, f"hdfs dfs -cat '{folder}/report/part*'").split()
    assert kind == "checksum"
    return checksum


def clean(board: Container, folder: str) -> None:
    """Removes a folder in HDFS."""
    as_user(board, f"hdfs dfs -rm -r -f -skipTrash {folder}")


def put(board: Container, name: str, megabytes: int) -> str:
    """Writes a file of random content into HDFS; its MD5."""
    path = f"/tmp/{name}"
    as_user(board, f"head -c {megabytes}M /dev/urandom >{path}")
    try:
        as_user(board, f"hdfs dfs -put -f {path} {name}")
        return as_user(board, f"md5sum <{path}").split()[0]
    finally:
        seen.shell(board, f"rm {path}")


def digest(board: Container, name: str) -> str:
    """MD5 of a file in HDFS, as this board reads it."""
    output = as_user(board, f"hdfs dfs -cat {name} 2>/dev/null | md5sum")
    return output.split()[0]


@contextmanager
def meanwhile(board: Container, *words: str) -> Iterator[Future[str]]:
    """One of the examples that runs while something is done to it; waited for at the end."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(example, board, *words)


def containers(board: Container) -> dict[str, int]:
    """Name of each container that runs on this board, to its process (not its shell)."""
    listed = seen.shell(board, "ps -eo pid=,args= -u yarn")
    found = {}
    for line in listed.splitlines():
        name = re.search(r"container_e?\d*_?\d+_\d+_\d+_\d+", line)
        if name and "/bin/java" in line and not re.search(r"\b(ba)?sh\b", line.split()[1]):
            found[name[0]] = int(line.split()[0])
    return found


def wait_for_container(board: Container) -> dict[str, int]:
    """Those of this board as soon as there is one."""
    accidents.wait_for(lambda: bool(containers(board)), "no container came to this board")
    return containers(board)


PROGRAMS = Path(__file__).parent / "programs"


def spark(board: Container, program: str, *words: str, options: tuple[str, ...] = ()) -> str:
    """Submits one of tests/lab/programs with Spark's own command; what that says."""
    copy(board, PROGRAMS / program)
    command = shlex.join(["spark-submit", *options, program, *words])
    return as_user(board, f"{command} 2>&1")


def copy(board: Container, path: Path) -> None:
    """Copies a file of this computer into the user's home."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.add(path, path.name)
    board.put_archive(f"/home/{USER}", buffer.getvalue())


def lines(board: Container, folder: str) -> list[str]:
    """Those of the files that a job wrote into a folder of HDFS."""
    return as_user(board, f"hdfs dfs -cat '{folder}/part*' 2>/dev/null").splitlines()


def count_words(board: Container, folder: str, options: tuple[str, ...] = ()) -> list[str]:
    """Puts a text, lets Spark count, and fetches what it wrote."""
    clean(board, folder)
    as_user(
        board,
        f"hdfs dfs -mkdir -p {folder} && printf '%s\\n' 'to be or' 'not to be' | "
        f"hdfs dfs -put - {folder}/text",
    )
    spark(board, "count_words.py", f"{folder}/text", f"{folder}/counted", options=options)
    return lines(board, f"{folder}/counted")


COUNTED = ["be 2", "not 1", "or 1", "to 2"]
"""What it has to find."""


def long_sum(board: Container, folder: str, tasks: int, seconds: float) -> str:
    """A job of so many tasks that each take so long; the sum that it wrote."""
    clean(board, folder)
    spark(board, "long_sum.py", str(tasks), str(seconds), folder)
    (total,) = lines(board, folder)
    return total


def sum_of_squares(tasks: int) -> str:
    """What long_sum has to find."""
    return str(sum(number * number for number in range(100 * tasks)))


@contextmanager
def summing(board: Container, folder: str, tasks: int, seconds: float) -> Iterator[Future[str]]:
    """A long_sum that runs while something is done to it; waited for at the end."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(long_sum, board, folder, tasks, seconds)
