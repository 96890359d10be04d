"""`picluster validate`: whether a cluster.toml is right, and the boards can carry what it asks."""

from collections import Counter
from pathlib import Path

import click

from picluster.checked_plan import checked_plan
from picluster.plan.config import ClusterConfig
from picluster.plan.load import load_config


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default=Path("cluster.toml"))
def validate(file: Path) -> None:
    """Check FILE (default: cluster.toml) without contacting any board.

    Names every problem at once. A file without one is planned, too: boards that cannot carry
    what it asks for, and stacks whose ports are taken, are a problem as well.

    Exits with 0 when the file can be deployed, with 1 when not, with 2 for wrong usage.

    \b
    Example:
        picluster validate
        picluster validate cluster.example.toml
    """
    config = load_config(file)
    checked_plan(config)
    click.echo(f"{file} is valid: {_summary(config)}.")
    kinds = Counter((node.board.title, node.memory_gb) for node in config.nodes)
    for (title, memory_gb), count in kinds.items():
        click.echo(f"  {count} x {title}, {memory_gb:g} GB")


def _summary(config: ClusterConfig) -> str:
    count = len(config.nodes)
    boards = "1 board" if count == 1 else f"{count} boards"
    return (
        f'cluster "{config.cluster.name}", {boards}, {config.cores} cores, {config.memory_gb:g} GB'
    )
