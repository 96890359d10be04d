"""`picluster blink`: which of these boards is it?"""

import click

from picluster import project, pyinfra_command
from picluster.cli.terminal import moving_line
from picluster.contact.targets import chosen_nodes
from picluster.drift.log import Log
from picluster.inventory import config_in_use
from picluster.plan.load import load_config

OPERATION = "operations.led.blink"


@click.command()
@click.argument("nodes", metavar="NODE...", nargs=-1, required=True)
@click.option(
    "--seconds",
    type=click.IntRange(1, 3600),
    default=30,
    show_default=True,
    help="How long they blink.",
)
def blink(nodes: tuple[str, ...], seconds: int) -> None:
    """Let the LEDs of a NODE blink, so that you find it in the rack.

    The green one (ACT) and, where a board has it, the red one (PWR) blink five times a second. The
    board ends that by itself, and its LEDs do what they did before.

    Exits with 0 when all these boards blink, with 1 when one of them does not, with 2 for wrong
    usage.

    \b
    Example:
        picluster blink pi2a
        picluster blink pi1a pi1b --seconds 120
    """
    root = project.root()
    chosen = chosen_nodes(load_config(config_in_use(root)[0]), nodes)
    words = ["-y"]
    for node in chosen:
        words += ["--limit", node.name]
    log = Log()
    with moving_line("Connecting"):
        words += [OPERATION, f"seconds={seconds}"]
        ran = pyinfra_command.run(root, words, log.add)
    silent = log.silent if ran.code else {}
    for node in chosen:
        if node.name in silent:
            click.echo(f"Error: {node.name} ({node.address}): {silent[node.name]}", err=True)
        elif ran.code == 0 or node.name in log.connected:
            click.echo(f"{node.name} ({node.board.title}) blinks for {seconds} s")
    if ran.code and not silent:
        why = log.general or f"pyinfra ended with exit code {ran.code} and did not say why"
        click.echo(f"Error: {why}", err=True)
    if ran.code:
        raise SystemExit(1)
