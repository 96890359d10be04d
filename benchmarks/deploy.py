"""Seconds and remote commands of the deploy on a lab of seven blank boards.

    make benchmark

Writes its table into docs/performance.md, between the two marks. Needs some minutes.
"""

import json
import re
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import paramiko

from benchmarks.page import machine, write
from benchmarks.timed import timed
from picluster.connection import connect_arguments
from picluster.lab import hub
from picluster.lab.lab import Lab
from picluster.lab.machine import board_of
from picluster.project import known_hosts_file

PYINFRA = Path(sys.executable).with_name("pyinfra")
BEGIN, END = "<!-- begin: benchmarks/deploy.py -->", "<!-- end: benchmarks/deploy.py -->"
REPEATS = 3
COMMANDS = 100


@dataclass(frozen=True)
class Measure:
    """One command: how long, how many remote commands each board was sent, what it changed."""

    seconds: float
    commands: Counter[str]
    changes: int


def measure(environment: dict[str, str], *options: str, deploy: str = "deploys/all.py") -> Measure:
    """Runs a deploy once, as the user's command line does."""
    # At -vv pyinfra prints each command that it sends to a board, once.
    words = [str(PYINFRA), "inventory.py", deploy, "--json", "-vv", *options]
    done = timed(words, environment | {"PYINFRA_PROGRESS": "off"})
    output = json.loads(done.output)
    if output["results"] is None:
        changes = sum(len(operation["hosts_with_change"]) for operation in output["plan"])
    else:
        changes = output["results"]["totals"]["success"]
    log = click.unstyle(done.log)
    return Measure(done.seconds, Counter(re.findall(r"^\[?\s*\[(\w+)\]\s+>>>", log, re.M)), changes)


def row(title: str, measures: list[Measure]) -> str:
    """A line of the table."""
    seconds = [m.seconds for m in measures]
    spread = f"{statistics.median(seconds):.1f}"
    if len(seconds) > 1:
        spread += f" ({min(seconds):.1f} to {max(seconds):.1f})"
    commands = [count for m in measures for count in m.commands.values()]
    asked = f"{min(commands)}" if min(commands) == max(commands) else (
        f"{min(commands)} to {max(commands)}"
    )  # fmt: skip
    return f"| {title} | {spread} | {asked} | {measures[0].changes} |"


def milliseconds_a_command(address: str, key: Path, connection: dict[str, Any]) -> float:
    """Mean time of a remote command that does nothing, over one SSH connection."""
    client = paramiko.SSHClient()
    client.load_host_keys(str(known_hosts_file()))
    client.connect(address, username="pi", key_filename=str(key), **connection)
    try:
        started = time.monotonic()
        for _ in range(COMMANDS):
            _, output, _ = client.exec_command("true")
            output.channel.recv_exit_status()
        return (time.monotonic() - started) / COMMANDS * 1000
    finally:
        client.close()


def warm_up(lab: Lab, environment: dict[str, str]) -> None:
    """One run that fills the hub's caches, and new cards for all boards."""
    measure(environment, "-y")
    lab.reset()


def source_of(lab: Lab) -> str:
    """Where the lab has Portainer from: a stand-in costs other seconds than the real one."""
    offers = hub.offered(lab.client)
    return next(offer.source for offer in offers if offer.image.startswith("portainer/"))


def main() -> None:
    """Measures and writes the table."""
    lab = Lab.open(print, may_start=True)
    lab.down()
    lab.up(7, {})
    try:
        environment = {"PICLUSTER_CONFIG": str(lab.cluster_toml)}
        warm_up(lab, environment)
        rows = [
            row("dry run on blank boards", [measure(environment, "--dry")]),
            row("run on blank boards", [measure(environment, "-y")]),
            row("second run", [measure(environment, "-y") for _ in range(REPEATS)]),
            row("dry run, nothing to do", [measure(environment, "--dry") for _ in range(REPEATS)]),
            row(
                "second run without TCP_NODELAY",
                [measure(environment | {"PICLUSTER_NAGLE": "1"}, "-y") for _ in range(REPEATS)],
            ),
        ]
        address = board_of(lab.board("pi1a")).address
        key = lab.cluster_toml.with_name("id_ed25519")
        plain = milliseconds_a_command(address, key, {})
        undelayed = milliseconds_a_command(address, key, connect_arguments())
        portainer = source_of(lab)
        started = time.monotonic()
        lab.reset()
        fresh = time.monotonic() - started
    finally:
        lab.down()
    table = [
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine()}; seven boards; median (span).",
        f"Caches are warm: packages and images come from the lab's hub. Portainer: {portainer}.",
        "",
        "| command | seconds | remote commands a board | changes (operation × board) |",
        "|---|---|---|---|",
        *rows,
        "",
        f"- A remote command that does nothing: {undelayed:.1f} ms; without TCP_NODELAY "
        f"{plain:.1f} ms (mean of {COMMANDS} over one connection).",
        f"- Seven blank boards from a built image, booted and reachable: {fresh:.1f} s.",
    ]
    write(table, BEGIN, END)


if __name__ == "__main__":
    main()
