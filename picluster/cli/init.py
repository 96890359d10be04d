"""`picluster init`: a cluster.toml to begin with."""

from pathlib import Path

import click
import tomli

from picluster.cli.options import access_options, force_option
from picluster.contact import asking, cluster_file, discovery, new_file
from picluster.contact.additions import make_file
from picluster.contact.pyinfra_log import Access
from picluster.contact.question import interactive
from picluster.plan.errors import UserError
from picluster.ssh_key import checked_key


@click.command()
@click.argument("addresses", metavar="[ADDRESS]...", nargs=-1)
@click.option("--example", is_flag=True, help="The commented cluster of seven boards, to fill in.")
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("cluster.toml"),
    show_default=True,
    help="File to make.",
)
@force_option("Replace the file if it is there.")
@access_options
def init(
    addresses: tuple[str, ...],
    example: bool,
    file: Path,
    force: bool,
    user: str,
    key: Path | None,
    port: int,
) -> None:
    """Make a commented cluster.toml.

    Asks you for each board. With ADDRESSES it asks the boards there instead, who know best what
    they are. Nothing is written before the end, and a file that is there is left alone.

    Exits with 0 when the file was made, with 1 when it was not, or when one of the ADDRESSES is
    missing in it; with 2 for wrong usage.

    \b
    Example:
        picluster init
        picluster init 192.168.1.11 192.168.1.12 --user pi
        picluster init --example
    """
    file = file.expanduser()
    if example and addresses:
        raise click.UsageError("--example asks no boards: leave the addresses out, or --example.")
    if (file.exists() or file.is_symlink()) and not force:
        raise UserError(
            f"{file} is there already and was left alone. To replace it: --force; to add boards to "
            f"it: picluster discover ADDRESS --write {file}"
        )
    if addresses:
        access = Access(user, port, checked_key(key.expanduser().absolute()) if key else None)
        _discovered(addresses, file, access)
    elif example:
        _write(file, new_file.example())
        click.echo(f"{file} is made. Fill in your boards, then: picluster validate {file}")
    else:
        _asked(file)


def _asked(file: Path) -> None:
    if not interactive():
        raise UserError(
            "nobody can answer here, for standard input is no terminal: give the boards' "
            "addresses (picluster init 192.168.1.11 …), or begin with picluster init --example"
        )
    wished = asking.ask()
    text = new_file.compose(
        new_file.example(), wished.lan, wished.access, wished.entries, wished.name
    )
    _write(file, text)
    click.echo(f"{file} is made, with {', '.join(entry.name for entry in wished.entries)}.")
    click.echo("What follows from it: picluster plan")


def _write(file: Path, text: str) -> None:
    cluster_file.write(file, cluster_file.checked(file, text, tomli.loads(text)))


def _discovered(addresses: tuple[str, ...], file: Path, access: Access) -> None:
    found = discovery.discover(addresses, access, _tell)
    for where, what in found.problems:
        _tell(f"Error: {where}: {what}")
    boards = [board for board in found.boards if board.usable]
    if not boards:
        raise UserError(f"none of these addresses has a board for a cluster; {file} was not made")
    make_file(file, boards, access, _tell)
    click.echo(f"What follows from it: picluster plan {file}")
    if found.problems:
        raise SystemExit(1)


def _tell(text: str) -> None:
    click.echo(text, err=True)
