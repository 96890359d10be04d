"""`picluster shutdown`: all boards off, or some, in an order that is safe."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from picluster import project, pyinfra_command
from picluster.checked_plan import checked_plan
from picluster.cli.options import yes_option
from picluster.cli.terminal import moving_line
from picluster.contact.question import agreed
from picluster.contact.targets import chosen_nodes
from picluster.inventory import config_in_use
from picluster.plan.hadoop_daemons import HDFS_USER
from picluster.plan.load import load_config
from picluster.plan.shutdown import REST, consequences, head_of
from picluster.shutting_down.heard import Heard
from picluster.shutting_down.preview import Preview, look

DEPLOY = "deploys.shutdown.apply"


@click.command()
@click.argument("nodes", metavar="[NODE]...", nargs=-1)
@click.option(
    "--stop-jobs",
    is_flag=True,
    help="End the jobs that run; it refuses otherwise.",
)
@yes_option("Switch off without asking.")
def shutdown(nodes: tuple[str, ...], stop_jobs: bool, yes: bool) -> None:
    """Switch all boards off, or those that you name.

    Workers go first, then the managers of the Swarm, the head last. Before that HDFS takes no more
    changes and writes its names out; nothing in the Swarm is drained, so that all services come
    back with the boards. Refuses while jobs run, and where too few managers would be left. Shows
    what it is going to do, and asks.

    With --stop-jobs it shows the jobs that it would end. One that begins before you have answered
    is not among them: then nothing is done, and it says so. With --yes too, whatever runs is ended.

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
    limit = [] if len(chosen) == len(config.nodes) else chosen
    words = [word for name in limit for word in ("--limit", name)]
    with moving_line("Looking at the boards") as update:
        seen = look(
            root, [DEPLOY, *_stop_jobs("yes" if stop_jobs else "no"), *words], chosen, update
        )
    for name, why in seen.silent.items():
        click.echo(f"{name} is not switched off: {why}", err=True)
    for line in seen.lines(chosen):
        click.echo(line)
    for line in (*(consequences(config, plan, seen.going) if limit else ()), *_told(seen)):
        click.echo(f"  - {line}")
    if not agreed(f"Switch off {_listed(seen.going, len(config.nodes))}?", yes=yes):
        click.echo("Nothing was changed.")
        raise SystemExit(1)
    head = head_of(config, plan)
    jobs = _agreed_jobs(seen, stop_jobs=stop_jobs, yes=yes)
    if _switch_off(root, [DEPLOY, *_stop_jobs(jobs), *words], seen.going, head):
        raise SystemExit(1)
    lab = path.is_relative_to(project.state_directory())
    power = f"picluster lab start {' '.join(nodes) or '--all'}" if lab else "give them their power"
    click.echo(
        "A real board has written everything when its green LED stays dark; then its power may be "
        f"cut. The way back: {power}, then: picluster start"
    )


def _stop_jobs(jobs: str) -> list[str]:
    """The deploy's word on jobs, as pyinfra takes it."""
    return ["--data", f"stop_jobs={jobs}"]


def _agreed_jobs(seen: Preview, *, stop_jobs: bool, yes: bool) -> str:
    """Which jobs may be ended: those that were shown before the question, and no other.

    Who says yes beforehand has agreed to whatever runs, such as a script that is told that the
    power fails; so has who was told that nobody knows what runs.
    """
    if stop_jobs and (yes or seen.unseen):
        return "yes"
    return ",".join(seen.jobs) or "no"


def _told(seen: Preview) -> Iterator[str]:
    for warning in seen.warnings:
        yield f"{warning[0].upper()}{warning[1:]}."
    for why in seen.unseen:
        yield f"{why[0].upper()}{why[1:]}: whatever runs is ended."


def _listed(going: Sequence[str], boards: int) -> str:
    return f"all {boards} boards" if len(going) == boards else ", ".join(going)


def _switch_off(root: Path, words: Sequence[str], going: Sequence[str], head: str) -> list[str]:
    """Does it; names of the boards that are still on, each with the reason told."""
    with moving_line("Connecting") as line:
        heard = Heard(line, lambda name: line.above(f"{name} is off"))
        ran = pyinfra_command.run(root, ["-y", *words], heard)
    left_on = [name for name in going if name not in heard.off]
    silent = heard.log.silent
    otherwise = heard.log.general or f"pyinfra ended with exit code {ran.code}"
    reasons: dict[str, list[str]] = {}
    for name in left_on:
        reasons.setdefault(silent.get(name) or otherwise, []).append(name)
    for why, names in reasons.items():
        are = "is" if len(names) == 1 else "are"
        click.echo(f"Error: {', '.join(names)} {are} not off: {why}", err=True)
    if left_on and heard.off:
        click.echo(
            "What is off stays off. Say it again when that is mended, or bring all back: "
            "picluster start",
            err=True,
        )
    if REST in heard.done and head in left_on:
        click.echo(
            f"HDFS is at rest and takes no changes. Without a shutdown: sudo -u {HDFS_USER} hdfs "
            f"dfsadmin -safemode leave on {head}",
            err=True,
        )
    return left_on
