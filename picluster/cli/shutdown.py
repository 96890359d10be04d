"""`picluster shutdown`: all boards off, or some, in an order that is safe."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from picluster import project, pyinfra_command
from picluster.checked_plan import checked_plan
from picluster.cli.options import yes_option
from picluster.cli.terminal import moving_line
from picluster.contact.question import agreed
from picluster.contact.targets import chosen_nodes
from picluster.drift.log import Log
from picluster.drift.plan import Planned, read_plan
from picluster.inventory import config_in_use
from picluster.plan.errors import UserError
from picluster.plan.load import load_config
from picluster.plan.shutdown import consequences

DEPLOY = "deploys.shutdown.apply"

_OFF = re.compile(r"^\s*\[(?P<host>[^\]]+)\]\s+is off$")
_STEP = re.compile(r"Starting operation: (?:.* \| )?(?P<step>[^|(]+)")


@click.command()
@click.argument("nodes", metavar="[NODE]...", nargs=-1)
@click.option("--stop-jobs", is_flag=True, help="End jobs that run; otherwise they are waited for.")
@yes_option("Switch off without asking.")
def shutdown(nodes: tuple[str, ...], stop_jobs: bool, yes: bool) -> None:
    """Switch all boards off, or those that you name.

    Workers go first, then the managers of the Swarm, the head last. Before that HDFS takes no more
    changes and writes its names out; nothing in the Swarm is drained, so that all services come
    back with the boards. Refuses while jobs run, and where too few managers would be left. Shows
    what it is going to do, and asks.

    The way back: give the boards their power, then `picluster start`.

    Exits with 0 when all these boards are off, with 1 when one is not, or was refused, or you said
    no; with 2 for wrong usage. pyinfra does it:
    pyinfra inventory.py deploys.shutdown.apply --dry

    \b
    Example:
        picluster shutdown
        picluster shutdown pi2a
        picluster shutdown --stop-jobs --yes
    """
    root = project.root()
    path = config_in_use(root)[0]
    config = load_config(path)
    plan = checked_plan(config, root)
    chosen = [node.name for node in chosen_nodes(config, nodes)]
    words = [DEPLOY, "--data", f"stop_jobs={'yes' if stop_jobs else 'no'}"]
    if len(chosen) < len(config.nodes):
        for name in chosen:
            words += ["--limit", name]
    going = _preview(root, words, chosen)
    if len(chosen) < len(config.nodes):
        for line in consequences(config, plan, going):
            click.echo(f"  - {line}")
    if not agreed(f"Switch off {_listed(going, len(config.nodes))}?", yes=yes):
        click.echo("Nothing was changed.")
        raise SystemExit(1)
    left_on = _switch_off(root, words, going)
    if left_on:
        raise SystemExit(1)
    lab = path.is_relative_to(project.state_directory())
    power = f"picluster lab start {' '.join(nodes) or '--all'}" if lab else "give them their power"
    click.echo(
        "A real board has written everything when its green LED stays dark; then its power may be "
        f"cut. The way back: {power}, then: picluster start"
    )


@dataclass
class _Heard:
    """pyinfra's log, and what it tells of boards that went off."""

    step: Callable[[str], None]
    log: Log = field(default_factory=Log)
    off: list[str] = field(default_factory=list)

    def __call__(self, line: str) -> None:
        self.log.add(line)
        line = click.unstyle(line).rstrip()
        if match := _OFF.match(line):
            self.off.append(match["host"])
            click.echo(f"{match['host']} is off")
        elif match := _STEP.search(line):
            self.step(match["step"].strip())


def _preview(root: Path, words: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """Shows the steps; names of the boards that are to go. Raises UserError where none may."""
    with moving_line("Looking at the boards") as update:
        heard = _Heard(update)
        ran = pyinfra_command.run(root, ["--dry", "--json", *words], heard)
    silent = heard.log.silent if ran.code else {}
    refused = {name: why for name, why in silent.items() if name in heard.log.connected}
    if refused:
        # What concerns the whole cluster each board says in the same words.
        raise UserError("\n".join(dict.fromkeys(refused.values())))
    for name, why in silent.items():
        click.echo(f"{name} is not switched off: {why}", err=True)
    try:
        steps = [step for step in read_plan(ran.answer) if step.boards]
    except UserError as error:
        raise UserError(f"{error}: {heard.log.general or 'it did not say why'}") from None
    going = [name for name in chosen if any(name in step.boards for step in steps)]
    if not going:
        raise UserError("none of these boards answers, so none can be switched off; see above")
    for step in steps:
        click.echo(_told(step, chosen))
    return going


def _told(step: Planned, order: Sequence[str]) -> str:
    boards = ", ".join(name for name in order if name in step.boards)
    return f"  {step.operation.rpartition(' | ')[2]}: {boards}"


def _listed(going: Sequence[str], boards: int) -> str:
    return f"all {boards} boards" if len(going) == boards else ", ".join(going)


def _switch_off(root: Path, words: Sequence[str], going: Sequence[str]) -> list[str]:
    """Does it; names of the boards that are still on, each with the reason told."""
    with moving_line("Connecting") as update:
        heard = _Heard(update)
        ran = pyinfra_command.run(root, ["-y", *words], heard)
    left_on = [name for name in going if name not in heard.off]
    silent = heard.log.silent
    for name in left_on:
        why = silent.get(name) or heard.log.general or f"pyinfra ended with exit code {ran.code}"
        click.echo(f"Error: {name} is not off: {why}", err=True)
    if left_on:
        click.echo(
            "What is off stays off. Say it again when that is mended, or bring all back: "
            "picluster start",
            err=True,
        )
    return left_on
