"""`picluster get`: files of HDFS onto this computer."""

from pathlib import Path

import click

from picluster.cli.options import EXITS, force_option
from picluster.webhdfs.cluster import own_hdfs
from picluster.webhdfs.download import download


@click.command(epilog=EXITS)
@click.argument("source")
@click.argument("local", type=click.Path(path_type=Path), default=".")
@force_option("Overwrite files that are there.")
def get(source: str, local: Path, force: bool) -> None:
    """Copy a file or folder SOURCE of HDFS onto this computer.

    A relative SOURCE lies in /user/NAME, the own folder of the boards' user. LOCAL is a folder that
    is there (without it, the one that you are in) or the new name. Each file is there whole or not
    at all.

    \b
    Example:
        picluster get README.md /tmp
        picluster get results ~/results
    """
    hdfs, _ = own_hdfs()
    download(hdfs, source, local.expanduser(), force=force, tell=click.echo)
