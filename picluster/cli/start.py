"""`picluster start`: the way back after `picluster shutdown`, or after a power cut."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from picluster import project
from picluster.checks import report
from picluster.checks.cluster import Cluster
from picluster.checks.running import Outcome, run
from picluster.checks.waiting import WAITED_FOR, failures, wait
from picluster.cli.terminal import moving_line
from picluster.inventory import config_in_use
from picluster.plan.config import ClusterConfig
from picluster.plan.load import load_config
from picluster.plan.plan import Plan, make_plan
from picluster.ssh_key import checked_key


@click.command()
@click.option(
    "--timeout",
    type=click.FloatRange(0, 86400),
    default=600,
    show_default=True,
    help="Seconds to wait at most; 0 looks once.",
)
def start(timeout: float) -> None:
    """Wait until all boards answer and all services are whole again.

    Give the boards their power first: a Raspberry Pi cannot be switched on over the network. All
    services start by themselves. Looks with the checks of `picluster check`, but for jobs, says
    what is still missing, and in the end what to do about it: after that time, or when only such
    things are missing that do not come back by themselves. Nothing is changed.

    Exits with 0 when the cluster is whole, with 1 when it is not, or cluster.toml is wrong; with 2
    for wrong usage.

    \b
    Example:
        picluster start
        picluster start --timeout 1200
    """
    started = time.monotonic()
    path = config_in_use(project.root())[0]
    config = load_config(path)
    plan = make_plan(config)
    if config.ssh.key_path is not None:
        checked_key(config.ssh.key_path)
    with moving_line("Looking for the boards", lines_elsewhere=True) as update:
        outcomes = wait(lambda: _look(config, plan), timeout, update)
    seconds = time.monotonic() - started
    if not failures(outcomes):
        click.echo(f"All {len(config.nodes)} boards and their services are back ({seconds:.0f} s)")
        return
    _complain(outcomes, path, seconds)
    raise SystemExit(1)


def _look(config: ClusterConfig, plan: Plan) -> list[Outcome]:
    """All checks once, with connections of their own: a board may have booted meanwhile."""
    with ExitStack() as stack:
        secrets = project.cluster_directory(config.cluster.name)
        known_hosts = project.known_hosts_file()
        cluster = Cluster(config, plan, secrets, known_hosts, stack, quick=True)
        return run(WAITED_FOR, cluster, _nobody)


def _nobody(_outcome: Outcome) -> None:
    """What is told is told after each look as a whole."""


def _complain(outcomes: Sequence[Outcome], path: Path, seconds: float) -> None:
    for line in report.failures(failures(outcomes)):
        click.echo(line, err=True)
    lab = path.is_relative_to(project.state_directory())
    power = (
        "switch them on with: picluster lab start --all" if lab else "see whether they have power"
    )
    click.echo(
        f"Error: not whole after {seconds:.0f} s. If boards are missing, {power}. What stays "
        "broken is mended by a deploy: pyinfra inventory.py deploys/all.py",
        err=True,
    )
