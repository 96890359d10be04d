"""`picluster status`: how are the boards, at a glance?"""

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from picluster import project
from picluster.cli.options import json_option
from picluster.cli.terminal import console, moving_line
from picluster.drift.log import Log
from picluster.inventory import config_in_use
from picluster.plan.config import ClusterConfig
from picluster.plan.errors import UserError
from picluster.plan.load import load_config
from picluster.plan.plan import Plan, make_plan
from picluster.status import report
from picluster.status.asking import Asked, ask
from picluster.status.cluster_status import ClusterStatus, join
from picluster.status.node_use import NodeUse

NOT_KNOWN, NEEDS_A_LOOK = 1, 3


@click.command()
@json_option("docs/status.md")
@click.option("--watch", is_flag=True, help="Look again and again, until Ctrl-C.")
@click.option(
    "--every",
    type=click.FloatRange(1, 3600),
    default=5,
    show_default=True,
    help="Seconds between two looks of --watch.",
)
def status(as_json: bool, watch: bool, every: float) -> None:
    """Show how each board is, at a glance.

    That is heat, power, memory, disk, uptime, its place in the Swarm, and what YARN uses. Below the
    table stands what needs a look, and what to do about it. A board that does not answer is shown
    as dead, and the others do not wait for it. Nothing is changed.

    Exits with 0 when all is well (and after Ctrl-C of --watch), with 3 when something needs a
    look, with 1 when nothing is known at all: no board answers, or cluster.toml is wrong; with 2
    for wrong usage.

    \b
    Example:
        picluster status
        picluster status --watch
        picluster status --json
    """
    if watch and as_json:
        raise click.UsageError("--watch is for people, --json for scripts: say one of them.")
    root = project.root()
    config = load_config(config_in_use(root)[0])
    plan = make_plan(config)
    if watch:
        _watch(root, config, plan, every)
        return
    with moving_line("Connecting") as update:
        found, seconds = _look(root, config, plan, update)
    if as_json:
        click.echo(json.dumps(report.as_json(found, seconds), indent=2, ensure_ascii=False))
    else:
        console().print(report.shown(found, seconds))
    if not found.is_known:
        raise SystemExit(NOT_KNOWN)
    if not found.is_well:
        raise SystemExit(NEEDS_A_LOOK)


def _look(
    root: Path, config: ClusterConfig, plan: Plan, update: Callable[[str], None]
) -> tuple[ClusterStatus, float]:
    """Asks boards and ResourceManager at the same time; how long that took in seconds."""
    started = time.monotonic()
    boards = [node.name for node in config.nodes]

    def progress(log: Log) -> None:
        update(f"{len(log.connected)} of {len(boards)} boards are connected")

    with ThreadPoolExecutor(max_workers=1) as pool:
        yarn = pool.submit(_yarn, plan)
        asked: Asked = ask(root, boards, progress)
        found = join(config, plan, asked, yarn.result())
    return found, time.monotonic() - started


def _yarn(plan: Plan) -> dict[str, NodeUse] | str:
    """What the ResourceManager says, or why it says nothing."""
    # Only here: the start of pyinfra need not wait for what HTTP imports.
    from picluster.status import yarn_use

    try:
        return dict(yarn_use.ask(plan))
    except UserError as error:
        return str(error)


def _watch(root: Path, config: ClusterConfig, plan: Plan, every: float) -> None:
    """Shows each look in the place of the one before, until Ctrl-C; below it where nobody sees."""
    from rich.live import Live

    def nothing(_text: str) -> None:
        """The table that is there is progress enough."""

    output = console()
    is_seen = sys.stdout.isatty()
    try:
        with moving_line("Connecting") as update:
            looked = _look(root, config, plan, update)
        with Live(console=output, auto_refresh=False) as live:
            while True:
                if is_seen:
                    # Of a table that is higher than the terminal the end is cut off.
                    live.update(report.shown(*looked, concerns_first=True), refresh=True)
                else:
                    output.print(report.shown(*looked))
                time.sleep(every)
                looked = _look(root, config, plan, nothing)
    except KeyboardInterrupt:
        return
