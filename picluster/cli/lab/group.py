"""The group of the lab's commands, and how each gets at the lab."""

import time
from collections.abc import Callable

import click

from picluster.cli.options import EXITS
from picluster.lab.lab import Lab


@click.group(epilog=EXITS)
def lab() -> None:
    """Simulated Raspberry Pis in Docker containers.

    They are reached over SSH like real ones.

    PICLUSTER_LAB=NAME keeps a second lab apart from the first.

    \b
    Example:
        picluster lab up
        pyinfra inventory.py deploys/all.py
        picluster lab heat pi8 84
        picluster lab down
    """


def _progress() -> Callable[[str], None]:
    started = time.monotonic()

    def show(message: str) -> None:
        click.echo(f"  {time.monotonic() - started:5.1f} s  {message}", err=True)

    return show


def open_lab(*, may_start: bool = False) -> Lab:
    """The lab that the environment names; `may_start`: also where there is none yet."""
    return Lab.open(_progress(), may_start=may_start)
