"""Jobs and files from this computer, on three boards: nothing here knows them, or has Hadoop.

Each job starts a Java and waits for YARN, so there are few, and each shows several things.
"""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import accidents, hadoop_seen, seen
from tests.lab.deploying import ROOT

PICLUSTER = Path(sys.executable).with_name("picluster")
SECONDS = 240
SHORT = ("--conf", "spark.executor.instances=1", "--conf", "spark.dynamicAllocation.enabled=false")
"""One executor: more of them are slower on two cores."""

PROGRAM = """import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print("sum", spark.sparkContext.parallelize(range(100), 2).sum())
print(sys.argv[1:])
spark.stop()
sys.exit(7)
"""
ENDLESS = """import time
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print("begun", flush=True)
spark.sparkContext.parallelize(range(1), 1).map(lambda _: time.sleep(600)).count()
"""


def start(under_test: LabUnderTest, *words: object) -> "subprocess.Popen[str]":
    """The command as its user calls it."""
    return subprocess.Popen(
        # A shell has what it starts in the background ignore Ctrl-C, and so these tests.
        ["env", "--default-signal=INT", str(PICLUSTER), *map(str, words)],
        cwd=ROOT,
        env=os.environ | under_test.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(under_test: LabUnderTest, *words: object, lines: str = "") -> tuple[int, str, str]:
    """Exit code, output and errors."""
    process = start(under_test, *words)
    output, errors = process.communicate(lines, timeout=SECONDS)
    return process.returncode, output, errors


def application(under_test: LabUnderTest, errors: str) -> dict[str, Any]:
    """What YARN says of the application that the command named."""
    found = re.search(r"application_\d+_\d+", errors)
    assert found, errors
    page = hadoop_seen.page(hadoop_seen.head(under_test), 8088, f"/ws/v1/cluster/apps/{found[0]}")
    return dict(page["app"])


@pytest.fixture(autouse=True)
def nothing_is_left(converged: LabUnderTest) -> Iterator[None]:
    yield
    head = hadoop_seen.head(converged)
    left = seen.shell(head, "ls -A /var/tmp | grep -v ^systemd- || true")
    assert left == "", "a job's folder is left on the head board"
    _, listed = machine.run(head, "su", "-", "pi", "-c", "hdfs dfs -ls -R .sparkStaging 2>&1")
    assert "application_" not in listed, "a job's files are left in HDFS"


def test_files_there_and_back(converged: LabUnderTest, tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    (folder / "inner").mkdir(parents=True)
    content = os.urandom(40 << 20)  # two blocks
    (folder / "inner" / "ü & %41").write_bytes(content)
    try:
        assert run(converged, "put", folder)[0] == 0
        code, listed, _ = run(converged, "ls", "a folder/inner", "--json")
        assert (code, [entry["length"] for entry in json.loads(listed)]) == (0, [len(content)])
        assert run(converged, "put", folder)[0] == 1, "it is there"
        assert run(converged, "get", "a folder", tmp_path / "back")[0] == 0
        back = (tmp_path / "back" / "inner" / "ü & %41").read_bytes()
        assert hashlib.md5(back).digest() == hashlib.md5(content).digest()  # noqa: S324
        code, _, errors = run(converged, "put", folder / "inner", "/")
        assert (code, "Your own folder is /user/pi" in errors) == (1, True)
    finally:
        machine.run(
            hadoop_seen.head(converged, "namenode"),
            *("su", "-", "pi", "-c", "hdfs dfs -rm -r -skipTrash 'a folder'"),
        )


def test_a_job_in_client_mode(converged: LabUnderTest, tmp_path: Path) -> None:
    """An example, on a text that was put there before."""
    try:
        assert run(converged, "put", ROOT / "README.md")[0] == 0
        code, output, errors = run(
            converged, "submit", *SHORT, ROOT / "examples" / "word_count.py", "README.md"
        )
        assert code == 0, errors
        assert re.search(r"^\d+ words, \d+ different ones$", output, re.M), output
        assert application(converged, errors)["finalStatus"] == "SUCCEEDED"
    finally:
        machine.run(
            hadoop_seen.head(converged, "namenode"),
            *("su", "-", "pi", "-c", "hdfs dfs -rm -skipTrash README.md"),
        )


def test_a_program_that_fails_before_it_uses_spark(converged: LabUnderTest, tmp_path: Path) -> None:
    job = tmp_path / "job.py"
    job.write_text("import sys; print(open('data').read()); sys.exit(5)")
    (tmp_path / "data").write_text("from here")
    code, output, _ = run(converged, "submit", "--files", tmp_path / "data", job)
    assert (code, output) == (5, "from here\n")


def test_a_job_that_fails_in_cluster_mode(converged: LabUnderTest, tmp_path: Path) -> None:
    """Its output and its code come here, its arguments went there as they are."""
    job = tmp_path / "job.py"
    job.write_text(PROGRAM)
    words = ["$(touch /tmp/run-by-a-shell)`id`", "{{x}}", "it's"]
    once = ("--conf", "spark.yarn.maxAppAttempts=1")
    code, output, errors = run(converged, "submit", "--cluster", *SHORT, *once, job, *words)
    assert (code, output.splitlines()) == (7, ["sum 4950", repr(words)]), errors
    assert application(converged, errors)["finalStatus"] == "FAILED"
    for board in converged.boards.values():
        assert machine.run(board, "test", "-e", "/tmp/run-by-a-shell")[0] == 1


def test_control_c(converged: LabUnderTest, tmp_path: Path) -> None:
    job = tmp_path / "job.py"
    job.write_text(ENDLESS)
    process = start(converged, "submit", *SHORT, job)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, errors
    assert application(converged, errors)["state"] == "KILLED"


def test_the_shell_runs_lines(converged: LabUnderTest) -> None:
    lines = "print('sum', sc.parallelize(range(100), 2).sum())\n"
    code, output, errors = run(converged, "shell", "--", *SHORT, lines=lines)
    assert (code, "sum 4950" in output) == (0, True), errors


def test_hadoop_is_as_before(converged: LabUnderTest) -> None:
    """No memory was short, and YARN has all of its room again."""
    hadoop_seen.nobody_was_killed(converged)

    def is_idle() -> bool:
        page = hadoop_seen.page(hadoop_seen.head(converged), 8088, "/ws/v1/cluster/metrics")
        return bool(page) and page["clusterMetrics"]["allocatedMB"] == 0

    accidents.wait_for(is_idle, "containers are left")
