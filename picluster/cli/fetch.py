"""`picluster fetch`: what the boards will need and Debian does not have."""

import click

from picluster.artefacts import HADOOP, SPARK, Archive, obtain
from picluster.cli.options import EXITS
from picluster.inventory import NoClusterError, config_in_use
from picluster.plan import spark_versions
from picluster.plan.load import load_config
from picluster.project import root, state_directory


@click.command(epilog=EXITS)
def fetch() -> None:
    """Get Hadoop and Spark onto this computer, and check them.

    They are packed for the boards: those that the cluster in use wishes for; without a
    cluster.toml and a lab, Hadoop and the newest Spark. A deploy does the same when it needs them.
    Maven and pip get them, with this computer's own settings; all is compared with the sums that
    this project has of it.

    \b
    Example:
        picluster fetch
    """
    archives = _wished()
    for archive in archives:
        file = obtain(archive, state_directory() / "artefacts", click.echo)
        click.echo(f"{archive.name} {archive.version} is here, as pinned: {file}")
    if not archives:
        click.echo("Nothing to fetch: enabled = false stands in [hdfs]")


def _wished() -> list[Archive]:
    """What the cluster needs; says what it leaves out, and why."""
    try:
        path, _ = config_in_use(root())
    except NoClusterError:
        click.echo("There is no cluster.toml and no lab: fetching what a new cluster needs")
        return [HADOOP, SPARK[spark_versions.DEFAULT]]
    config = load_config(path)
    click.echo(f"What the cluster of {path} needs:")
    archives = [HADOOP] if config.hdfs.enabled else []
    if config.spark.enabled:
        archives.append(SPARK[config.spark.version])
    elif archives:
        click.echo("Spark is left out: enabled = false stands in [spark]")
    return archives
