"""A running container: reached by pyinfra's own command, looked at by Docker's."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docker.models.containers import Container

ROOT = Path(__file__).parents[2]


@dataclass
class Run:
    """How a run of pyinfra ended."""

    code: int
    answer: Any
    said: str

    @property
    def totals(self) -> tuple[int, int]:
        """Numbers of changes and of errors."""
        assert self.answer is not None, self.said
        totals = self.answer["results"]["totals"]
        return totals["success"], totals["error"]

    @property
    def changed(self) -> list[str]:
        """Names of the operations that changed something."""
        assert self.answer is not None, self.said
        operations = self.answer["results"]["operations"]
        return [operation["name"] for operation in operations if operation["success"]]

    @property
    def announced(self) -> list[str]:
        """Names of the operations that would change something."""
        assert self.answer is not None, self.said
        return [op["name"] for op in self.answer["plan"] if op["hosts_with_change"]]


class Running:
    """The container."""

    def __init__(self, container: Container) -> None:
        self._container = container

    @property
    def name(self) -> str:
        """Its host name."""
        return self.sh("cat /etc/hostname").strip()

    def sh(self, script: str) -> str:
        """What a shell in it prints; the script has to succeed."""
        code, output = self._container.exec_run(["sh", "-ec", script])
        assert isinstance(output, bytes)
        assert code == 0, output.decode()
        return output.decode()

    def disk(self) -> set[tuple[str, int]]:
        """All paths that are not as in the image."""
        return {
            (str(change["Path"]), int(change["Kind"])) for change in self._container.diff() or []
        }

    def pyinfra(self, *arguments: str) -> Run:
        """Runs pyinfra on it: a deploy file, or an operation with its arguments; and options."""
        done = subprocess.run(
            [
                Path(sys.executable).with_name("pyinfra"),
                f"@docker/{self._container.name}",
                *arguments,
                "--json",
            ],
            cwd=ROOT,
            env=os.environ | {"PYINFRA_PROGRESS": "off"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        answer = json.loads(done.stdout) if done.stdout.strip() else None
        return Run(done.returncode, answer, done.stderr)
