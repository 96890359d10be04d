"""`picluster lab`: simulated boards to try everything on, without any hardware."""

import math
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

import click
from rich.table import Table

from picluster.cli import terminal
from picluster.cli.options import EXITS, json_option
from picluster.contact import openssh
from picluster.lab import hub, machine
from picluster.lab.image import RELEASES
from picluster.lab.lab import Lab, LabError
from picluster.lab.report import BoardReport, PortainerReport, portainer_report, reports
from picluster.plan.revision import decode_revision
from picluster.project import known_hosts_file


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


def _open(*, may_start: bool = False) -> Lab:
    return Lab.open(_progress(), may_start=may_start)


def _releases(_context: click.Context, _parameter: click.Parameter, values: Iterable[str]) -> Any:
    chosen = {}
    for value in values:
        node, equals, release = value.partition("=")
        if not equals or release not in RELEASES:
            message = f"{value!r}: write NODE=RELEASE, with one of {', '.join(RELEASES)}"
            raise click.BadParameter(message)
        chosen[node] = release
    return chosen


@lab.command(epilog=EXITS)
@click.option("--boards", type=click.Choice(["3", "7"]), default="7", help="How many boards.")
@click.option(
    "--release",
    "releases",
    multiple=True,
    metavar="NODE=RELEASE",
    callback=_releases,
    help="Give a board another release than bookworm; can be repeated.",
)
def up(boards: str, releases: dict[str, str]) -> None:
    """Start the lab; boards that are there stay as they are.

    \b
    Example:
        picluster lab up --boards 3 --release pi2a=trixie
    """
    opened = _open(may_start=True)
    made = opened.up(int(boards), releases)
    click.echo(f"The lab {opened.name!r} is up: {len(made)} boards, {opened.cluster_toml}")
    offers = hub.offered(opened.client)
    click.echo("Images in the lab's Docker Hub:")
    for offer in offers:
        click.echo(f"  {offer.image:<32}{offer.described}")
    click.echo(_played(offers))


def _played(offers: Iterable[hub.Offer]) -> str:
    """What is not real here, in a sentence."""
    things = ["the boards' hardware and firmware", "Docker Hub"]
    for offer in offers:
        name = "Portainer" if offer.image.startswith("portainer/") else offer.image
        if offer.played and name not in things:
            things.append(name)
    return f"Played in the lab: {', '.join(things)}. All else is real."


@lab.command(epilog=EXITS)
@click.option("--caches", is_flag=True, help="Also throw away downloaded packages and images.")
def down(caches: bool) -> None:
    """Take the lab away, with all that is on its boards.

    The packages and images that its hub has downloaded stay for the next lab: two Docker volumes.

    \b
    Example:
        picluster lab down
        picluster lab down --caches
    """
    count = _open().down(caches=caches)
    click.echo(f"{count} boards taken away." if count else "There is no lab.")


@lab.command(epilog=EXITS)
@json_option(what="a JSON list")
def status(as_json: bool) -> None:
    """Show the boards as they stand.

    \b
    Example:
        picluster lab status
    """
    opened = _open()
    found = reports(opened.containers())
    if as_json:
        import json

        click.echo(json.dumps([asdict(entry) for entry in found], indent=2))
        return
    if not found:
        message = "There is no lab; start one: picluster lab up"
        raise LabError(message)
    console = terminal.console()
    console.print(_table(found))
    offers = hub.offered(opened.client)
    portainer = portainer_report(opened.cluster_toml, offers)
    if portainer is not None:
        console.print(_spoken(portainer), soft_wrap=True)
    console.print(_played(offers), soft_wrap=True)


def _spoken(portainer: PortainerReport) -> str:
    state = portainer.url if portainer.answers else f"not there yet; it will be at {portainer.url}"
    return f"Portainer: {state} ({portainer.source})"


def _table(boards: Iterable[BoardReport]) -> Table:
    table = Table()
    for heading in ("Board", "Model", "Address", "State", "Swarm", "Release", "Host name"):
        table.add_column(heading)
    for heading in ("Memory", "Memory cgroup", "Temperature", "Throttled"):
        table.add_column(heading, justify="right")
    for entry in boards:
        row = [
            entry.board.name,
            decode_revision(entry.board.revision).model_name,
            entry.board.address,
            f"{entry.state}, its LEDs blink" if entry.led else entry.state,
            entry.swarm,
        ]
        if entry.hostname:
            row += [
                entry.codename,
                entry.hostname,
                f"{entry.memory_total_kb / 1024:.0f} MiB",
                entry.memory_cgroup,
                f"{entry.celsius:.1f} °C",
                entry.throttled,
            ]
        table.add_row(*row)
    return table


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
    opened = _open()
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


def _play(node: str, *words: str) -> None:
    container = _open().board(node)
    code, output = machine.run(container, "/usr/lib/picluster-lab/hardware", *words)
    if code != 0:
        message = f"{node} could not play that: {output.strip()}"
        raise LabError(message)


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


@lab.command(epilog=EXITS)
@click.argument("node")
def kill(node: str) -> None:
    """Cut the power of NODE.

    `picluster lab start NODE` gives it back.

    \b
    Example:
        picluster lab kill pi1b
    """
    machine.cut_power(_open().board(node))
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
    started = _open().start(dict.fromkeys(nodes))
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
    _open().reflash(node, release)
    click.echo(f"{node} is blank and up. Accept its new key: picluster trust {node}")


@lab.command(epilog=EXITS)
def reset() -> None:
    """Put new cards into all boards, and trust their new keys.

    \b
    Example:
        picluster lab reset
    """
    opened = _open()
    opened.reset()
    click.echo(f"{len(opened.containers())} boards are blank and up.")
