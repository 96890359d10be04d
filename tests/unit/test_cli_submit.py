"""`picluster submit` and `picluster shell`: wrong usage, and boards that cannot be had."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.submitting.played import ROOT

_START = "from picluster.cli import main; main()"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "deploys").mkdir()
    (tmp_path / "inventory.py").touch()
    (tmp_path / "cluster.toml").write_text((ROOT / "cluster.example.toml").read_text())
    (tmp_path / "job.py").write_text("pass")
    return tmp_path


def run(
    project: Path, *arguments: str, ssh: str | None = "exit 99"
) -> "subprocess.CompletedProcess[str]":
    """Runs the command with this ssh, a shell script, or without any."""
    programs = project / "programs"
    programs.mkdir(exist_ok=True)
    if ssh is not None:
        (programs / "ssh").write_text(f"#!/bin/sh\n{ssh}\n")
        (programs / "ssh").chmod(0o755)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PICLUSTER_")}
    path = str(programs) if ssh is None else f"{programs}:{kept['PATH']}"
    return subprocess.run(
        [sys.executable, "-c", _START, *arguments],
        cwd=project,
        env={**kept, "PATH": path, "PYTHONPATH": str(ROOT)},
        input="lines\n",
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("words", [[], ["--conf", "x", "job.py"], ["--nothing=1", "job.py"]])
def test_wrong_usage(project: Path, words: list[str]) -> None:
    assert run(project, "submit", *words).returncode == 2


def test_a_file_that_is_not_there(project: Path) -> None:
    result = run(project, "submit", "nothing.py")
    assert (result.returncode, result.stderr) == (1, "Error: there is no file nothing.py\n")


@pytest.mark.parametrize("words", ["submit job.py", "shell"])
def test_a_computer_without_ssh(project: Path, words: str) -> None:
    result = run(project, *words.split(), ssh=None)
    assert result.returncode == 1
    assert result.stderr.startswith("Error: there is no ssh on this computer's PATH; install")


@pytest.mark.parametrize(
    ("ssh", "words"),
    [
        ("echo 'connect to host x port 22: Connection refused' >&2; exit 255", "does not answer"),
        ("echo 'Host key verification failed.' >&2; exit 255", "picluster trust pi8"),
        ("echo 'pi@x: Permission denied (publickey).' >&2; exit 255", "ssh-copy-id pi@"),
        (
            "echo 'sh: 1: /usr/local/lib/picluster/job-runner: not found' >&2; exit 127",
            "Spark is not on pi8 yet; deploy it",
        ),
        (
            """printf '\\036{"missing": ["spark-submit"]}\\n\\036{"ended": 1}\\n' >&2; exit 1""",
            "Spark is not on pi8 yet; deploy it",
        ),
        ("exit 255", "no reason was told"),
    ],
)
def test_a_head_that_is_not_to_be_had(project: Path, ssh: str, words: str) -> None:
    result = run(project, "submit", "job.py", ssh=ssh)
    assert (result.returncode, result.stdout) == (1, "")
    assert words in result.stderr


def test_spark_is_not_planned(project: Path) -> None:
    file = project / "cluster.toml"
    head, section, tail = file.read_text().partition("[spark]\n")
    file.write_text(f"{head}{section}enabled = false\n" + tail.replace("enabled = true", "", 1))
    for command in ("submit job.py", "shell"):
        result = run(project, *command.split())
        assert (result.returncode, "Spark is not in this cluster's plan" in result.stderr) == (1, 1)


def test_the_shell_passes_arguments_and_lines(project: Path) -> None:
    ssh = f"""exec {sys.executable} -c 'import json, sys
print(json.dumps(sys.argv[1:])); print(sys.stdin.read())' "$@" """
    result = run(project, "shell", "--", "--conf", "a=$(b) 'c'", ssh=ssh)
    words, lines = result.stdout.splitlines()[:2]
    *options, remote = json.loads(words)
    start = "env LC_ALL=C.UTF-8 PYSPARK_DRIVER_PYTHON_OPTS=-i pyspark --conf "
    assert remote == start + """'a=$(b) '"'"'c'"'"''"""
    assert (lines, "-T" in options, result.returncode) == ("lines", True, 0)


@pytest.mark.parametrize(
    ("code", "shown", "words"), [(3, 3, ""), (255, 1, "trust"), (127, 1, "yet")]
)
def test_the_shells_code(project: Path, code: int, shown: int, words: str) -> None:
    result = run(project, "shell", ssh=f"exit {code}")
    assert result.returncode == shown
    assert words in result.stderr
