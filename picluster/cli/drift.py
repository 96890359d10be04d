"""`picluster drift`: what differs between the boards and the plan?"""

import json
import time
from contextlib import ExitStack

import click
from rich.console import Console
from rich.status import Status

from picluster import project
from picluster.checked_plan import checked_plan
from picluster.cli import terminal
from picluster.cli.options import json_option
from picluster.contact.targets import chosen_nodes
from picluster.drift import report
from picluster.drift.log import Log
from picluster.drift.running import Drift, look
from picluster.inventory import config_in_use
from picluster.plan.load import load_config

COULD_NOT_TELL, DIFFERENCES = 1, 3


@click.command()
@json_option("docs/drift.md")
@click.option(
    "--limit", "names", metavar="NODE", multiple=True, help="Ask this node alone; may be repeated."
)
@click.option("-v", "--verbose", is_flag=True, help="Tell which operation would change it.")
def drift(as_json: bool, names: tuple[str, ...], verbose: bool) -> None:
    """Show what differs between the boards and the plan.

    Lets pyinfra look for what a deploy of everything would change (pyinfra inventory.py
    deploys/all.py --dry), and shows each thing with what was found and what is wanted. Nothing is
    changed.

    Exits with 0 when nothing differs, with 3 when something does, with 1 when that is not known of
    all boards: one does not answer, or is refused. What is known is shown all the same.

    \b
    Example:
        picluster drift
        picluster drift --limit pi8
        picluster drift --json
    """
    started = time.monotonic()
    root = project.root()
    config = load_config(config_in_use(root)[0])
    checked_plan(config, root)  # one that cannot be made is told in whole here
    asked = [node.name for node in chosen_nodes(config, list(names))]
    with ExitStack() as stack:
        progress = _Progress(stack, len(asked))
        limit = asked if names else []
        found = look(root, [node.name for node in config.nodes], limit, progress)
    seconds = time.monotonic() - started
    if as_json:
        click.echo(json.dumps(report.as_json(found, seconds), indent=2, ensure_ascii=False))
    else:
        _print(found, len(asked), seconds, operations=verbose)
    if not found.is_complete:
        raise SystemExit(COULD_NOT_TELL)
    if found.rows:
        raise SystemExit(DIFFERENCES)


class _Progress:
    """A line that moves, where somebody watches."""

    def __init__(self, stack: ExitStack, boards: int) -> None:
        self._boards = boards
        self._status: Status | None = None
        console = Console(stderr=True)
        if console.is_terminal:
            self._status = stack.enter_context(console.status("Connecting"))

    def __call__(self, log: Log) -> None:
        if self._status is not None:
            said = f"{len(log.connected)} of {self._boards} boards are connected"
            if log.silent:
                said += f"; trouble with {', '.join(log.silent)}"
            self._status.update(said)


def _print(found: Drift, boards: int, seconds: float, *, operations: bool) -> None:
    console = terminal.console()
    if found.rows:
        console.print(report.table(found, operations=operations))
    for text in report.failures(found):
        console.print(text, markup=False, soft_wrap=True)
    console.print(report.summary(found, boards, seconds), markup=False, soft_wrap=True)
