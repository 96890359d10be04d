"""`picluster ls`: what is in HDFS."""

import json
from datetime import datetime

import click
from rich.filesize import decimal

from picluster.cli.options import EXITS, json_option
from picluster.webhdfs.cluster import own_hdfs
from picluster.webhdfs.status import FileStatus


@click.command(epilog=EXITS)
@click.argument("path", default="")
@json_option(what="a JSON list; sizes in bytes")
def ls(path: str, as_json: bool) -> None:
    """Show the files and folders at PATH in HDFS.

    A relative PATH lies in /user/NAME, the own folder of the boards' user; without PATH that is
    shown.

    \b
    Example:
        picluster ls
        picluster ls /spark-events --json
    """
    hdfs, _ = own_hdfs()
    place = hdfs.absolute(path)
    found = sorted(hdfs.list(place), key=lambda status: status.name)
    if as_json:
        click.echo(json.dumps([status.to_json() for status in found], indent=2, ensure_ascii=False))
        return
    if not found:
        click.echo(f"{place} is empty.", err=True)
    sizes = ["" if status.is_folder else decimal(status.length) for status in found]
    width = max(map(len, sizes), default=0)
    owners = max((len(status.owner) for status in found), default=0)
    for status, size in zip(found, sizes, strict=True):
        modified = datetime.fromtimestamp(status.modified_ms / 1000).strftime("%Y-%m-%d %H:%M")
        click.echo(f"{size:>{width}}  {status.owner:<{owners}}  {modified}  {_name(status, place)}")


def _name(status: FileStatus, place: str) -> str:
    """As it can be written in a line; a folder ends in /."""
    name = status.name or place.rpartition("/")[2]
    shown = name if name.isprintable() else repr(name)
    return f"{shown}/" if status.is_folder else shown
