"""`picluster init`: a cluster.toml to begin with."""

import os
from pathlib import Path

import click
import tomli

from picluster import project
from picluster.cli.options import access_options, force_option
from picluster.contact import asking, cluster_file, discovery, fitting, new_file
from picluster.contact.additions import make_file
from picluster.contact.pyinfra_log import Access
from picluster.contact.question import interactive
from picluster.plan.errors import UserError
from picluster.plan.suggest import listed
from picluster.ssh_key import checked_key


@click.command()
@click.argument("addresses", metavar="[ADDRESS]...", nargs=-1)
@click.option("--example", is_flag=True, help="The commented cluster of seven boards, to fill in.")
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to make; by default cluster.toml at the top of this project.",
)
@force_option("Replace the file if it is there.")
@access_options
def init(
    addresses: tuple[str, ...],
    example: bool,
    file: Path | None,
    force: bool,
    user: str,
    key: Path | None,
    port: int,
) -> None:
    """Make a commented cluster.toml.

    Asks you for each board. With ADDRESSES it asks the boards there instead, who know best what
    they are. Nothing is written before the end, and a file that is there is left alone. Where your
    boards are too small for Spark, YARN or HDFS it says so, and offers to leave them out.

    Exits with 0 when the file was made, with 1 when it was not, or when one of the ADDRESSES is
    missing in it; with 2 for wrong usage.

    \b
    Example:
        picluster init
        picluster init 192.168.1.11 192.168.1.12 --user pi
        picluster init --example
    """
    if example and addresses:
        raise click.UsageError("--example asks no boards: leave the addresses out, or --example.")
    # Before any question: nobody likes to answer in vain.
    file = (file or project.root() / "cluster.toml").expanduser()
    text = new_file.example()
    _check_place(file, force=force)
    if addresses:
        access = Access(user, port, checked_key(key.expanduser().absolute()) if key else None)
        _discovered(addresses, file, access)
    elif example:
        _write(file, text)
        click.echo(f"{file} is made. Fill in your boards, then: picluster validate {file}")
    else:
        _asked(text, file, force=force)


def _check_place(file: Path, *, force: bool) -> None:
    """Raises UserError where no file can be made, or one must be left alone."""
    if (file.exists() or file.is_symlink()) and not force:
        raise UserError(
            f"{file} is there already and was left alone. To replace it: --force; to add boards to "
            f"it: picluster discover ADDRESS --write {file}"
        )
    folder = file.resolve().parent
    if not folder.is_dir():
        raise UserError(f"{file} cannot be written: there is no folder {folder}; make it first")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserError(f"{file} cannot be written: you may not write in {folder}")


def _asked(example: str, file: Path, *, force: bool) -> None:
    if not interactive():
        raise UserError(
            "nobody can answer here, for standard input is no terminal: give the boards' "
            "addresses (picluster init 192.168.1.11 …), or begin with picluster init --example"
        )
    try:
        wished = asking.ask()
        text = _fitting(example, wished)
    except click.Abort:
        _tell("\nNothing was written.")
        raise SystemExit(1) from None
    _check_place(file, force=force)  # somebody else may have made it meanwhile
    _write(file, text)
    click.echo(f"{file} is made, with {', '.join(entry.name for entry in wished.entries)}.")
    click.echo(f"What follows from it: picluster plan {file}")


def _fitting(example: str, wished: asking.Wished) -> str:
    """The file's text; asks whether to leave out what the boards cannot carry."""

    def text(without: tuple[str, ...] = ()) -> str:
        return new_file.compose(
            example, wished.lan, wished.access, wished.entries, wished.name, without
        )

    why = fitting.why_not(tomli.loads(text()))
    if why is None:
        return text()
    _tell(f"\n{why}")
    fewer = fitting.fewest(lambda without: tomli.loads(text(without)))
    if fewer is None:
        _tell("Add a stronger board to the file before you deploy.")
        return text()
    services = listed((_TITLES[service] for service in fewer), "and")
    is_agreed = click.confirm(f"Leave {services} out, so that the rest fits?", True, err=True)
    return text(fewer if is_agreed else ())


_TITLES = {"spark": "Spark", "yarn": "YARN", "hdfs": "HDFS"}


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
    if why := fitting.why_not(tomli.loads(file.read_text(encoding="utf-8"))):
        _tell(f"Not yet a cluster: {why}")
    click.echo(f"What follows from it: picluster plan {file}")
    if found.problems:
        raise SystemExit(1)


def _tell(text: str) -> None:
    click.echo(text, err=True)
