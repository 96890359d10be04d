"""`picluster plan`: who does what, how much each board gives, and why."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from picluster.checked_plan import checked_plan
from picluster.plan.difference import Planned, difference
from picluster.plan.errors import UserError
from picluster.plan.figures import figures
from picluster.plan.load import load_config, parse_file
from picluster.plan.plan import NodePlan, Plan, PlanError, make_plan
from picluster.plan.power import power_budget
from picluster.plan.power_figures import power_figures, speed_figures
from picluster.plan.speed import speed
from picluster.plan.suggest import closest, did_you_mean, listed
from picluster.plan.supply import supply_warnings

if TYPE_CHECKING:
    from rich.console import RenderableType

WIDTH = 120
"""Characters in a line where nobody watches; a terminal says its own."""

DIFFERS = 3
"""Exit code of --diff where something changes, as that of `picluster drift`."""

PICTURES = ("rack", "network", "data")


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--explain", metavar="NODE", help="The sum of this node, line by line.")
@click.option("--power", "shows_power", is_flag=True, help="Watts and GFLOPS of each board.")
@click.option(
    "--diff",
    "other",
    metavar="OTHER",
    help="How the plan changes against that of another cluster.toml; - reads it from standard "
    "input.",
)
@click.option(
    "--svg",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a picture into this file; - is standard output.",
)
@click.option(
    "--picture",
    type=click.Choice(PICTURES),
    help="Which one --svg writes: the boards (without this option), who listens where, or where "
    "data and jobs go.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def plan(
    context: click.Context,
    file: Path | None,
    explain: str | None,
    shows_power: bool,
    other: str | None,
    svg: Path | None,
    picture: str | None,
    as_json: bool,
) -> None:
    """Show which board does what, and how much memory each part gets.

    Without FILE the plan is of the cluster that a deploy would mean: cluster.toml, or the lab. No
    board is contacted. All sizes are MiB. Power and speed are estimates from published
    measurements (docs/power.md); a power supply that cluster.toml declares and that is too small is
    a warning.

    Exits with 1 when the boards cannot carry what is asked, or when your stacks publish ports of
    the cluster's own, and says all that has to change. With --diff it exits with 0 when nothing
    changes, and with 3 when something does.

    \b
    Example:
        picluster plan
        picluster plan --explain pi8
        picluster plan cluster.example.toml --json
        picluster plan --svg rack.svg
        picluster plan --diff before.toml
    """
    _refuse_together(
        explain=explain is not None, power=shows_power, diff=other is not None, svg=svg is not None
    )
    if picture is not None and svg is None:
        raise click.UsageError("--picture needs --svg FILE, which says where to write it")
    config = load_config(file or _file_in_use())
    made = Planned(config, checked_plan(config))
    if svg is not None:
        _write_picture(made, picture or "rack", svg)
    elif other is not None:
        _show_difference(context, _other(other), made, as_json=as_json)
    elif explain is not None:
        _show_node(made, _node(made.plan, explain), as_json=as_json)
    elif as_json:
        _print_json(_as_json(made))
    else:
        _print(*_tables(made, by_board=shows_power))
    if svg is None and other is None and not as_json:
        for text in supply_warnings(config.power, power_budget(config)):
            click.echo(f"Warning: {text}.", err=True)


def _refuse_together(**wanted: bool) -> None:
    given = [f"--{name}" for name, is_given in wanted.items() if is_given]
    if len(given) > 1:
        raise click.UsageError(f"{listed(given, 'and')} show different things; give one of them")


def _file_in_use() -> Path:
    from picluster.inventory import config_in_use
    from picluster.project import root

    return config_in_use(root())[0]


def _other(name: str) -> Planned:
    """The other cluster of --diff."""
    if name == "-":
        source = "standard input"
        config = parse_file(sys.stdin.buffer.read(), source)
    else:
        source = name
        config = load_config(Path(name))
    try:
        return Planned(config, make_plan(config))
    except PlanError as error:
        raise UserError(f"There is no plan to compare with, in {source}. {error}") from error


def _node(made: Plan, name: str) -> NodePlan:
    try:
        return made.node(name)
    except KeyError:
        names = [planned.node.name for planned in made.nodes]
        hint = did_you_mean(closest(name, names)) or "."
        nodes = listed(names, "and")
        message = f"no node of this cluster is called {name}{hint} The nodes are {nodes}"
        raise click.BadParameter(message, param_hint="--explain") from None


def _show_node(made: Planned, planned: NodePlan, *, as_json: bool) -> None:
    if as_json:
        _print_json(planned.to_json())
        return
    from picluster.planning.tables import explained

    _print(explained(made.plan, planned))


def _show_difference(context: click.Context, old: Planned, new: Planned, *, as_json: bool) -> None:
    found = difference(old, new)
    if as_json:
        _print_json(found.to_json())
    elif found:
        from picluster.planning.difference_table import changes

        _print(changes(found))
    else:
        click.echo("The plans are the same.")
    context.exit(DIFFERS if found else 0)


def _as_json(made: Planned) -> dict[str, Any]:
    budget = power_budget(made.config)
    warnings = supply_warnings(made.config.power, budget)
    return {
        **made.plan.to_json(),
        "power": {**budget.to_json(), "warnings": list(warnings)},
        "speed": speed(made.config).to_json(),
    }


def _tables(made: Planned, *, by_board: bool) -> "Iterator[RenderableType | None]":
    from picluster.planning import power_tables, tables

    config = made.config
    budget, fast = power_budget(config), speed(config)
    if by_board:
        yield power_tables.by_board(config, budget, fast)
    else:
        yield tables.overview(config, made.plan)
        yield tables.reasoned(figures(config, made.plan))
    yield tables.reasoned((*power_figures(config.power, budget), *speed_figures(fast)))


def _write_picture(made: Planned, name: str, file: Path) -> None:
    from picluster.pictures.files import DRAWERS

    text = DRAWERS[name](made.config, made.plan)
    if str(file) == "-":
        click.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}") from error
    click.echo(f"Wrote {file}.")


def _print(*shown: "RenderableType | None") -> None:
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    for one in shown:
        if one is not None:
            console.print(one)


def _print_json(shown: object) -> None:
    click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
