"""Options that several commands share, so that each is called and explained the same everywhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

EXITS = (
    "Exits with 0 when it is done, with 1 when it is not (the reason is on standard error), with 2 "
    "for wrong usage."
)
"""Below the help of commands whose codes mean no more than that."""


def json_option(where: str = "", *, what: str = "one JSON object") -> Decorator:
    """`--json`: for scripts, on standard output.

    + where: the page that tells of it, such as `docs/drift.md`
    + what: is printed
    """
    told = f" ({where})" if where else ""
    return click.option("--json", "as_json", is_flag=True, help=f"Print {what}{told}.")


def yes_option(what: str) -> Decorator:
    """`--yes`: agrees to what would be asked.

    + what: is agreed to, such as `Update without asking.`
    """
    return click.option("-y", "--yes", is_flag=True, help=what)


def force_option(what: str) -> Decorator:
    """`--force`: overwrites.

    + what: is overwritten, such as `Overwrite files that are there.`
    """
    return click.option("-f", "--force", is_flag=True, help=what)


def access_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--user`, `--key` and `--port`: how to log in to boards that no cluster.toml names yet."""
    for option in (
        click.option(
            "--port",
            type=click.IntRange(1, 65535),
            default=22,
            show_default=True,
            help="Port of the boards' SSH servers.",
        ),
        click.option(
            "--key",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Private SSH key; without it the agent's and SSH's usual keys are tried.",
        ),
        click.option("--user", default="pi", show_default=True, help="User on the boards."),
    ):
        function = option(function)
    return function
