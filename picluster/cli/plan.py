"""`picluster plan`: who does what, how much each board gives, and why."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from picluster.plan import layout
from picluster.plan.config import ClusterConfig
from picluster.plan.figures import figures
from picluster.plan.load import load_config
from picluster.plan.plan import NodePlan, Plan, make_plan
from picluster.plan.spark_figures import spark_on
from picluster.plan.suggest import closest, did_you_mean, listed

WIDTH = 120
"""Characters in a line where nobody watches; a terminal says its own."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--explain", metavar="NODE", help="The sum of this node, line by line.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def plan(file: Path | None, explain: str | None, as_json: bool) -> None:
    """Show which board does what, and how much memory each part gets.

    Without FILE the plan is of the cluster that a deploy would mean: cluster.toml, or the lab. No
    board is contacted. All sizes are MiB.

    Exits with 1 when the boards cannot carry what is asked, and says all that has to change.

    \b
    Example:
        picluster plan
        picluster plan --explain pi8
        picluster plan cluster.example.toml --json
    """
    config = load_config(file or _file_in_use())
    made = make_plan(config)
    chosen = _node(made, explain) if explain is not None else None
    if as_json:
        shown = made.to_json() if chosen is None else chosen.to_json()
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    for table in _tables(config, made) if chosen is None else [_explained(made, chosen)]:
        console.print(table)


def _file_in_use() -> Path:
    from picluster.inventory import config_in_use
    from picluster.project import root

    return config_in_use(root())[0]


def _node(made: Plan, name: str) -> NodePlan:
    try:
        return made.node(name)
    except KeyError:
        names = [planned.node.name for planned in made.nodes]
        hint = did_you_mean(closest(name, names), f"nodes are {listed(names, 'and')}")
        message = f"no node of this cluster is called {name}{hint}"
        raise click.BadParameter(message, param_hint="--explain") from None


def _tables(config: ClusterConfig, made: Plan) -> Iterable[Table]:
    yield _overview(config, made)
    if shown := list(figures(config, made)):
        table = _table("what", "how much", "why")
        for figure in shown:
            table.add_row(figure.what, figure.value, figure.reason)
        yield table


def _overview(config: ClusterConfig, made: Plan) -> Table:
    table = _table("node", "board", "roles", "rack", "usable", "taken", "YARN", "vcores", "left")
    for column in table.columns[4:]:
        column.justify = "right"
    for planned in made.nodes:
        table.add_row(
            planned.node.name,
            f"{planned.node.model} {planned.node.memory_gb:g} GB",
            " ".join((*planned.roles, *_others(config, planned.node.name))),
            planned.rack,
            *map(
                str,
                (
                    planned.usable_mb,
                    planned.taken_mb,
                    planned.yarn_mb,
                    planned.vcores,
                    planned.left_mb,
                ),
            ),
        )
    return table


def _others(config: ClusterConfig, name: str) -> Iterable[str]:
    """Roles that are not Hadoop's."""
    if name in layout.managers(config):
        yield "manager"
    if config.portainer.enabled and name == layout.portainer(config):
        yield "portainer"
    if config.mirror.enabled and name == layout.mirror(config):
        yield "mirror"
    if config.home.enabled and name == layout.home_page(config):
        yield "home"


def _explained(made: Plan, planned: NodePlan) -> Table:
    table = _table("what", "MiB", "left", "why")
    table.title = f"{planned.node.name}, {planned.node.board.title}, {planned.node.memory_gb:g} GB"
    for column in table.columns[1:3]:
        column.justify = "right"
    table.caption = spark_on(made, planned)
    left = planned.usable_mb
    table.add_row("usable", "", str(left), "what Linux has at least of this board's memory")
    for share in planned.shares:
        left -= share.mb
        table.add_row(share.what, str(share.mb), str(left), share.reason)
    if planned.yarn_mb:
        left -= planned.yarn_mb
        reason = f"containers, in steps of 128; {planned.vcores} vcores"
        table.add_row("YARN", str(planned.yarn_mb), str(left), reason)
    return table


def _table(*headings: str) -> Table:
    table = Table(title_justify="left", caption_justify="left")
    for heading in headings:
        table.add_column(heading)
    return table
