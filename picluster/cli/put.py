"""`picluster put`: files of this computer into HDFS."""

from pathlib import Path

import click

from picluster.cli.options import EXITS, force_option
from picluster.webhdfs.cluster import own_hdfs
from picluster.webhdfs.upload import upload


@click.command(epilog=EXITS)
@click.argument("paths", metavar="LOCAL... [TARGET]", nargs=-1, required=True)
@force_option("Overwrite files that are there.")
def put(paths: tuple[str, ...], force: bool) -> None:
    """Copy files and folders of this computer into HDFS.

    TARGET is a folder that is there, a folder to be made where it ends in /, or the new name. A
    relative one lies in /user/NAME, the own folder of the boards' user, which is also meant where
    only one path is given. Each file is there whole or not at all.

    \b
    Example:
        picluster put README.md
        picluster put measurements/ data.csv input/
    """
    *names, target = paths if len(paths) > 1 else (*paths, "")
    hdfs, plan = own_hdfs()
    upload(
        hdfs,
        [Path(name) for name in names],
        target,
        replication=plan.replication,
        force=force,
        tell=click.echo,
    )
