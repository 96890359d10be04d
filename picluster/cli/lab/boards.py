"""Single boards: their power, their cards, and a shell on them."""

import os
import sys

import click

from picluster.cli.lab.group import lab, open_lab
from picluster.cli.options import EXITS
from picluster.contact import openssh
from picluster.lab import machine
from picluster.lab.image import RELEASES
from picluster.project import known_hosts_file


@lab.command(context_settings={"ignore_unknown_options": True})
@click.argument("node")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def ssh(node: str, command: tuple[str, ...]) -> None:
    """Log in to NODE as user pi, or run COMMAND there.

    Exits with the COMMAND's code, with 255 when there was no connection, with 1 when this computer
    has no ssh, or the lab no such NODE.

    \b
    Example:
        picluster lab ssh pi8
        picluster lab ssh pi8 vcgencmd measure_temp
    """
    openssh.require_client()
    opened = open_lab()
    address = machine.board_of(opened.board(node)).address
    key = opened.cluster_toml.with_name("id_ed25519")
    options = [
        f"-oUserKnownHostsFile={known_hosts_file()}",
        "-oStrictHostKeyChecking=yes",
        "-oIdentitiesOnly=yes",
        "-oLogLevel=ERROR",
    ]
    arguments = ["ssh", *options, "-i", str(key), f"pi@{address}", *command]
    sys.stdout.flush()
    os.execvp("ssh", arguments)  # noqa: S606 - the terminal is handed over


@lab.command(epilog=EXITS)
@click.argument("node")
def kill(node: str) -> None:
    """Cut the power of NODE.

    `picluster lab start NODE` gives it back.

    \b
    Example:
        picluster lab kill pi1b
    """
    machine.cut_power(open_lab().board(node))
    click.echo(f"{node} has no power.")


@lab.command(epilog=EXITS)
@click.argument("nodes", metavar="[NODE]...", nargs=-1)
@click.option("--all", "everyone", is_flag=True, help="All boards of the lab.")
def start(nodes: tuple[str, ...], everyone: bool) -> None:
    """Give each NODE its power back and wait until it has booted.

    Of a board that was shut down the power is cut first: it would not boot otherwise.

    \b
    Example:
        picluster lab start pi1b
        picluster lab start --all
    """
    if bool(nodes) == everyone:
        raise click.UsageError("Name the nodes, or say --all.")
    started = open_lab().start(dict.fromkeys(nodes))
    click.echo(f"{', '.join(started)} {'is' if len(started) == 1 else 'are'} up.")


@lab.command(epilog=EXITS)
@click.argument("node")
@click.option("--release", type=click.Choice(RELEASES), help="Another release than it had.")
def reflash(node: str, release: str | None) -> None:
    """Put a new card into NODE.

    All that was on the old one is gone, and its SSH key is another.

    \b
    Example:
        picluster lab reflash pi1a --release trixie
    """
    open_lab().reflash(node, release)
    click.echo(f"{node} is blank and up. Accept its new key: picluster trust {node}")


@lab.command(epilog=EXITS)
def reset() -> None:
    """Put new cards into all boards, and trust their new keys.

    \b
    Example:
        picluster lab reset
    """
    opened = open_lab()
    opened.reset()
    click.echo(f"{len(opened.containers())} boards are blank and up.")
