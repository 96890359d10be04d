"""The lab as a whole: it comes, it goes, and what is there."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import click
from rich.table import Table

from picluster.cli import terminal
from picluster.cli.lab.group import lab, open_lab
from picluster.cli.options import EXITS, json_option
from picluster.lab import hub
from picluster.lab.image import RELEASES
from picluster.lab.lab import LabError
from picluster.lab.report import BoardReport, PortainerReport, portainer_report, reports
from picluster.plan.revision import decode_revision


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
    opened = open_lab(may_start=True)
    made = opened.up(int(boards), releases)
    click.echo(f"The lab {opened.name!r} is up: {len(made)} boards, {opened.cluster_toml}")
    offers = hub.offered(opened.client)
    click.echo("Images in the lab's Docker Hub:")
    for offer in offers:
        click.echo(f"  {offer.image:<32}{offer.described}")
    click.echo(_played(offers))


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
    count = open_lab().down(caches=caches)
    click.echo(f"{count} boards taken away." if count else "There is no lab.")


@lab.command(epilog=EXITS)
@json_option(what="a JSON list")
def status(as_json: bool) -> None:
    """Show the boards as they stand.

    \b
    Example:
        picluster lab status
    """
    opened = open_lab()
    found = reports(opened.containers())
    if as_json:
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


def _played(offers: Iterable[hub.Offer]) -> str:
    """What is not real here, in a sentence."""
    things = ["the boards' hardware and firmware", "Docker Hub"]
    for offer in offers:
        name = "Portainer" if offer.image.startswith("portainer/") else offer.image
        if offer.played and name not in things:
            things.append(name)
    return f"Played in the lab: {', '.join(things)}. All else is real."
