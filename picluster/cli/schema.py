"""`picluster schema`: the JSON Schema of cluster.toml, for editors."""

import json

import click

from picluster.cli.options import EXITS
from picluster.plan.config import json_schema


@click.command(epilog=EXITS)
def schema() -> None:
    """Print the JSON Schema of cluster.toml.

    Editors that know TOML show descriptions and complete keys with it.

    \b
    Example:
        picluster schema > docs/cluster.schema.json
    """
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
