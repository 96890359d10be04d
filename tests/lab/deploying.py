"""Running pyinfra as a user does, and what its JSON says."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PYINFRA = Path(sys.executable).with_name("pyinfra")

Announced = dict[str, frozenset[str]]
"""Operation name to the hosts on which it changes something; operations without any left out."""


@dataclass(frozen=True)
class Run:
    """One finished pyinfra command."""

    code: int
    output: dict[str, Any]
    log: str

    @property
    def announced(self) -> Announced:
        """What the run's plan says that it would change."""
        return {
            operation["name"]: frozenset(operation["hosts_with_change"])
            for operation in self.output["plan"]
            if operation["hosts_with_change"]
        }

    @property
    def _results(self) -> dict[str, Any]:
        """Fails with what it said where the run came to no end."""
        assert self.output.get("results"), self.log
        results: dict[str, Any] = self.output["results"]
        return results

    @property
    def executed(self) -> Announced:
        """What the run did change."""
        return {
            operation["name"]: frozenset(operation["success"])
            for operation in self._results["operations"]
            if operation["success"]
        }

    @property
    def changes(self) -> int:
        """Operation × host that changed something."""
        return int(self._results["totals"]["success"])

    @property
    def errors(self) -> int:
        """Operation × host that failed."""
        return int(self._results["totals"]["error"])


def command(*arguments: str, deploy: str = "deploys/all.py") -> list[str]:
    """The command line of a run."""
    return [str(PYINFRA), "inventory.py", deploy, "--json", *arguments]


def run(
    environment: Mapping[str, str],
    *arguments: str,
    deploy: str = "deploys/all.py",
    folder: Path = ROOT,
) -> Run:
    """Runs pyinfra from the project's root, or another project's, without a terminal."""
    done = subprocess.run(
        command(*arguments, deploy=deploy),
        cwd=folder,
        env=os.environ | dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    output = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    return Run(done.returncode, output, done.stderr)


def dry_run(environment: Mapping[str, str], *arguments: str, deploy: str = "deploys/all.py") -> Run:
    """What would change?"""
    return run(environment, "--dry", *arguments, deploy=deploy)


def apply(environment: Mapping[str, str], *arguments: str, deploy: str = "deploys/all.py") -> Run:
    """Change it."""
    return run(environment, "-y", *arguments, deploy=deploy)
