"""`picluster check`: does the whole cluster do what it is there for, seen from outside?"""

import json
import sys
import threading
import time
from contextlib import ExitStack

import click

from picluster import project
from picluster.checks import report
from picluster.checks.cluster import Cluster
from picluster.checks.everything import ALL
from picluster.checks.running import Outcome, run
from picluster.cli import terminal
from picluster.cli.options import json_option
from picluster.inventory import config_in_use
from picluster.plan.errors import UserError
from picluster.plan.load import load_config
from picluster.plan.plan import make_plan
from picluster.ssh_key import checked_key

COULD_NOT_BEGIN = 2


@click.command()
@json_option("docs/check.md")
@click.option("--quick", is_flag=True, help="No jobs: less than ten seconds.")
def check(as_json: bool, quick: bool) -> None:
    """Look from outside whether the whole cluster works.

    Asks the boards over SSH as their ordinary user, and the services over the network; runs jobs
    of MapReduce and of Spark. Nothing is changed, and what is written is removed again.

    Exits with 0 when nothing failed, with 1 when something did, with 2 for wrong usage or where
    nothing could be asked, as without a cluster.toml.

    \b
    Example:
        picluster check
        picluster check --quick
        picluster check --json
    """
    started = time.monotonic()
    with ExitStack() as stack:
        try:
            cluster = _cluster(stack, quick=quick)
        except UserError as error:
            click.echo(f"Error: {error}", err=True)
            raise SystemExit(COULD_NOT_BEGIN) from None
        chosen = [one for one in ALL if not (quick and one.is_job)]
        outcomes = run(chosen, cluster, _Progress())
        silent = cluster.silent
    seconds = time.monotonic() - started
    if as_json:
        shown = report.as_json(outcomes, silent, seconds)
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        _print(outcomes, silent, seconds)
    if any(one.verdict.state == "failed" for one in outcomes):
        raise SystemExit(1)


def _cluster(stack: ExitStack, *, quick: bool) -> Cluster:
    config = load_config(config_in_use(project.root())[0])
    plan = make_plan(config)
    if config.ssh.key_path is not None:
        checked_key(config.ssh.key_path)
    secrets = project.cluster_directory(config.cluster.name)
    return Cluster(config, plan, secrets, project.known_hosts_file(), stack, quick=quick)


class _Progress:
    """A line for each finished check, where somebody watches."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()
        self._lock = threading.Lock()

    def __call__(self, outcome: Outcome) -> None:
        if self._watched:
            with self._lock:
                click.echo(report.line(outcome), err=True)


def _print(outcomes: list[Outcome], silent: list[str], seconds: float) -> None:
    console = terminal.console()
    console.print(report.table(outcomes))
    for text in report.failures(outcomes):
        console.print(text, markup=False, soft_wrap=True)
    console.print(report.summary(outcomes, silent, seconds), markup=False, soft_wrap=True)
