"""The hardware that is played: heat, voltage and clock of a board."""

import math

import click

from picluster.cli.lab.group import lab, open_lab
from picluster.cli.options import EXITS
from picluster.lab import machine
from picluster.lab.lab import LabError


@lab.command(epilog=EXITS)
@click.argument("node")
@click.argument("celsius", type=click.FloatRange(-40, 125))
def heat(node: str, celsius: float) -> None:
    """Let NODE be CELSIUS degrees hot.

    It throttles as its model would.

    \b
    Example:
        picluster lab heat pi1a 65
    """
    if not math.isfinite(celsius):
        raise click.BadParameter("is no temperature", param_hint="CELSIUS")
    _play(node, "heat", f"{celsius:g}")
    click.echo(f"{node} is at {celsius:g} °C.")


@lab.command(epilog=EXITS)
@click.argument("node")
@click.option("--off", is_flag=True, help="Give it good power again.")
def undervolt(node: str, off: bool) -> None:
    """Let NODE have too little voltage.

    \b
    Example:
        picluster lab undervolt pi4
        picluster lab undervolt pi4 --off
    """
    _play(node, "undervolt", "off" if off else "on")
    click.echo(f"{node} has {'good power again' if off else 'too little voltage'}.")


# A minus is no option here.
@lab.command(epilog=EXITS, context_settings={"ignore_unknown_options": True})
@click.argument("node")
@click.argument("seconds", type=int)
def skew(node: str, seconds: int) -> None:
    """Let the clock of NODE be SECONDS off.

    0 sets it right again, and so does a boot.

    \b
    Example:
        picluster lab skew pi2a -3600
    """
    _play(node, "skew", str(seconds))
    click.echo(f"The clock of {node} is {seconds} s off.")


def _play(node: str, *words: str) -> None:
    container = open_lab().board(node)
    code, output = machine.run(container, "/usr/lib/picluster-lab/hardware", *words)
    if code != 0:
        message = f"{node} could not play that: {output.strip()}"
        raise LabError(message)
