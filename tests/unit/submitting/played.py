"""Everything behind `picluster submit`, played: an ssh that runs the real job-runner here, a
spark-submit that runs the job with Python, YARN's command, and the ResourceManager's page.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from typing_extensions import override

ROOT = Path(__file__).parents[3]
RUNNER = ROOT / "deploys" / "spark" / "job-runner"
ID = "application_1795418043973_0008"
WAIT_SECONDS = 90.0

_SSH = f"""#!{sys.executable}
import contextlib, json, os, subprocess, sys, threading
open(os.environ["PLAYED"] + "/ssh", "w").write(json.dumps(sys.argv[1:]))
line = b""
while not line.endswith(b"\\n"):
    line += os.read(0, 1)
order = json.loads(line)
order["manager"] = os.environ["PLAYED_MANAGER"]
runner = subprocess.Popen([sys.executable, os.environ["PLAYED_RUNNER"]], stdin=subprocess.PIPE)
open(os.environ["PLAYED"] + "/runner", "w").write(str(runner.pid))
runner.stdin.write(json.dumps(order).encode() + b"\\n")
runner.stdin.flush()
def pump():
    with contextlib.suppress(OSError):
        while data := os.read(0, 65536):
            runner.stdin.write(data)
            runner.stdin.flush()
        runner.stdin.close()
threading.Thread(target=pump, daemon=True).start()
code = runner.wait()
sys.stdout.flush()
os._exit(code)
"""

_SPARK_SUBMIT = f"""#!{sys.executable}
import json, os, sys
words = sys.argv[1:]
place = 0
while words[place].startswith("--"):
    place += 2
seen = {{"options": words[:place], "job": words[place:], "folder": os.getcwd(),
        "mode": oct(os.stat(".").st_mode), "files": sorted(os.listdir(".")), "pid": os.getpid()}}
temporary = os.environ["PLAYED"] + "/seen.part"
open(temporary, "w").write(json.dumps(seen))
os.rename(temporary, os.environ["PLAYED"] + "/seen")
os.execv(sys.executable, [sys.executable, *words[place:]])
"""

_YARN = """#!/bin/sh
echo "$*" >>"$PLAYED/yarn"
if [ -e "$PLAYED/down" ]; then
    sleep 600 &
    echo $! >"$PLAYED/down"
    wait
fi
case $1 in
application) : >"$PLAYED/killed" ;;
logs) cat "$PLAYED/logs" ;;
esac
"""

_HDFS = """#!/bin/sh
echo "$*" >>"$PLAYED/hdfs"
"""


@dataclass
class Played:
    """A board that is played, and the ResourceManager of it."""

    folder: Path
    environment: dict[str, str]
    application: dict[str, Any] | None = field(default_factory=lambda: {"state": "RUNNING"})
    """What the ResourceManager tells of it, None for nothing."""
    asked: list[str] = field(default_factory=list)

    @property
    def seen(self) -> dict[str, Any]:
        """What spark-submit was called with."""
        found: dict[str, Any] = json.loads((self.folder / "seen").read_text())
        return found

    @property
    def kills(self) -> int:
        """How often YARN was asked to kill it."""
        file = self.folder / "yarn"
        return file.read_text().count("application -kill " + ID) if file.exists() else 0

    def job(self, text: str, name: str = "job.py") -> Path:
        """A job with this program."""
        path = self.folder / name
        path.write_text(text)
        return path

    def hurry(self) -> None:
        """Has the job-runner wait a second wherever it waits longer."""
        text = re.sub(r"(?m)^(\w+_SECONDS) = \d+$", r"\1 = 1", RUNNER.read_text())
        hurried = self.folder / "job-runner"
        hurried.write_text(text.replace("SILENCE_SECONDS = 1", "SILENCE_SECONDS = 60"))
        self.environment["PLAYED_RUNNER"] = str(hurried)

    def switch_yarn_off(self) -> None:
        """Has YARN's commands wait for a ResourceManager that does not come."""
        (self.folder / "down").touch()

    def start(self, *arguments: object, **options: Any) -> "subprocess.Popen[bytes]":
        """`picluster submit` as a process of its own."""
        return subprocess.Popen(
            # A shell has what it starts in the background ignore Ctrl-C, and so these tests.
            ["env", "--default-signal=INT"]
            + [sys.executable, "-c", "from picluster.cli import main; main()", "submit"]
            + [str(argument) for argument in arguments],
            cwd=self.folder / "project",
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )

    def run(self, *arguments: object) -> "subprocess.CompletedProcess[bytes]":
        """The same to its end."""
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=WAIT_SECONDS)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def runner_is_gone(self) -> bool:
        """Whether the job-runner, the job and their folder are gone."""
        return (
            not is_alive(int((self.folder / "runner").read_text()))
            and not is_alive(self.seen["pid"])
            and not Path(self.seen["folder"]).exists()
        )


def is_alive(process: int) -> bool:
    """Whether this process runs; one that nobody waited for yet does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Returns as soon as the condition holds."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@contextmanager
def played(folder: Path) -> Iterator[Played]:
    """A project with the example's cluster, and a head board that is played."""
    project = folder / "project"
    (project / "deploys").mkdir(parents=True)
    (project / "inventory.py").touch()
    (project / "cluster.toml").write_text((ROOT / "cluster.example.toml").read_text())
    programs = folder / "programs"
    programs.mkdir()
    for name, text in {
        "ssh": _SSH,
        "spark-submit": _SPARK_SUBMIT,
        "yarn": _YARN,
        "hdfs": _HDFS,
    }.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PICLUSTER_")},
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PLAYED": str(folder),
        "PLAYED_RUNNER": str(RUNNER),
    }
    board = Played(folder, environment)
    handler = type("Handler", (_Manager,), {"played": board})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    environment["PLAYED_MANAGER"] = f"http://127.0.0.1:{server.server_port}"
    try:
        yield board
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        if (folder / "seen").exists() and is_alive(board.seen["pid"]):
            os.kill(board.seen["pid"], signal.SIGKILL)


class _Manager(BaseHTTPRequestHandler):
    played: Played

    @override
    def log_message(self, format: str, *args: object) -> None:
        return

    def do_GET(self) -> None:
        self.played.asked.append(self.path)
        found = None
        if self.played.application is not None and (self.played.folder / "seen").exists():
            found = {"id": ID, "logAggregationStatus": "SUCCEEDED", **self.played.application}
            if (self.played.folder / "killed").exists():
                found["state"] = "KILLED"
        content = json.dumps({"apps": {"app": [found]} if found else {}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
