"""`picluster urls`: where are the cluster's pages?"""

import json

import click

from picluster import project
from picluster.cli.options import json_option
from picluster.inventory import config_in_use
from picluster.plan.load import load_config
from picluster.plan.plan import make_plan
from picluster.plan.urls import addresses


@click.command()
@json_option()
def urls(as_json: bool) -> None:
    """Show where the pages of the cluster are, as planned. No board is contacted.

    Exits with 0, with 1 where there is no cluster.toml or a wrong one, with 2 for wrong usage.

    \b
    Example:
        picluster urls
        picluster urls --json
    """
    config = load_config(config_in_use(project.root())[0])
    pages = addresses(config, make_plan(config))
    if as_json:
        record = {"pages": [page._asdict() for page in pages]}
        click.echo(json.dumps(record, indent=2, ensure_ascii=False))
        return
    if not pages:
        click.echo("This cluster has no pages: the home page, Portainer and HDFS are turned off.")
    titles = max((len(page.title) for page in pages), default=0)
    places = max((len(page.url) for page in pages), default=0)
    for page in pages:
        click.echo(f"{page.title:<{titles}}  {page.url:<{places}}  {page.note}")
