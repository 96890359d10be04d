"""`picluster discover`: from bare addresses to the entries of cluster.toml."""

import json
from pathlib import Path
from typing import Any

import click

from picluster.cli.options import access_options, json_option, yes_option
from picluster.contact import discovery
from picluster.contact.additions import write_boards
from picluster.contact.entries import Entry
from picluster.contact.naming import names_for
from picluster.contact.pyinfra_log import Access
from picluster.contact.reservations import reservations
from picluster.ssh_key import checked_key


@click.command()
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
@access_options
@click.option(
    "--write",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Add the boards to this cluster.toml, or make it.",
)
@yes_option("Update nodes of that file without asking.")
@json_option()
def discover(
    addresses: tuple[str, ...],
    user: str,
    key: Path | None,
    port: int,
    file: Path | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Ask the boards at these ADDRESSES who they are.

    An ADDRESS is an IPv4 address or a name such as raspberrypi.local. Prints entries for
    cluster.toml, the strongest board first, and the addresses to reserve in the router; what goes
    on, and what is wrong with a board, goes to stderr.

    With --write a node that is in the file already, by its MAC or its address, is updated only
    after a question. The result is checked before it is written.

    Exits with 0 when all boards can be nodes as they are, with 1 when something is wrong with one
    or the file was not written in full, with 2 for wrong usage.

    \b
    Example:
        picluster discover raspberrypi.local 192.168.1.12
        picluster discover 192.168.1.11 192.168.1.12 --write cluster.toml
    """
    access = Access(user, port, checked_key(key.expanduser().absolute()) if key else None)
    found = discovery.discover(addresses, access, _tell)
    boards = [board for board in found.boards if board.usable]
    entries = [Entry.of(*pair) for pair in zip(names_for(boards), boards, strict=True)]
    if as_json:
        click.echo(json.dumps(_record(entries, found), ensure_ascii=False))
    elif entries and file is None:
        click.echo("".join("\n".join([*entry.lines(), "", ""]) for entry in entries), nl=False)
        # As comments, so that all of it can be pasted or redirected into a cluster.toml.
        lines = ["Addresses to reserve in the router:", *_table(entries)]
        click.echo("\n".join(f"# {line}" for line in lines))
    for where, what in found.problems:
        _tell(f"Error: {where}: {what}")
    written = write_boards(file, boards, access, yes=yes, tell=_tell) if file and boards else None
    if written and not as_json:
        click.echo("\n".join(["Addresses to reserve in the router:", *_table(written.entries)]))
    if found.problems or (written and not written.complete):
        raise SystemExit(1)


def _tell(text: str) -> None:
    click.echo(text, err=True)


def _table(entries: list[Entry]) -> list[str]:
    return [f"  {line}" for line in reservations(entries)]


def _record(entries: list[Entry], found: discovery.Discovery) -> dict[str, Any]:
    names = {entry.address: entry.name for entry in entries}
    return {
        "boards": [
            {
                "name": names.get(str(board.address)),
                "address": str(board.address),
                "model": board.model.name if board.model else None,
                "title": board.title,
                "memory_mb": board.memory_mb,
                "mac": board.mac,
                "serial": board.serial,
                "revision": board.revision,
                "architecture": board.architecture,
            }
            for board in found.boards
        ],
        "problems": [{"address": where, "problem": what} for where, what in found.problems],
    }
