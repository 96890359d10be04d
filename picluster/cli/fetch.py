"""`picluster fetch`: what the boards will need and Debian does not have."""

import click

from picluster.artefacts import HADOOP, obtain
from picluster.project import state_directory


@click.command()
def fetch() -> None:
    """Get Hadoop onto this computer, check it, and pack it.

    A deploy does the same when it needs it. Maven gets the jars, with this computer's own settings
    for it; each is compared with the sum that this project has of it.

    \b
    Example:
        picluster fetch
    """
    file = obtain(HADOOP, state_directory() / "artefacts", click.echo)
    click.echo(f"{HADOOP.name} {HADOOP.version} is here, as pinned: {file}")
