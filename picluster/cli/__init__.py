"""The helper command `picluster`. Deploys are run by pyinfra's own command, not by this one."""

import importlib

import click
from typing_extensions import override

from picluster.plan.errors import UserError

COMMANDS = {
    "blink": "picluster.cli.blink:blink",
    "board": "picluster.cli.board:board",
    "check": "picluster.cli.check:check",
    "init": "picluster.cli.init:init",
    "lab": "picluster.cli.lab:lab",
    "ls": "picluster.cli.ls:ls",
    "discover": "picluster.cli.discover:discover",
    "drift": "picluster.cli.drift:drift",
    "fetch": "picluster.cli.fetch:fetch",
    "get": "picluster.cli.get:get",
    "plan": "picluster.cli.plan:plan",
    "put": "picluster.cli.put:put",
    "schema": "picluster.cli.schema:schema",
    "shell": "picluster.cli.shell:shell",
    "shutdown": "picluster.cli.shutdown:shutdown",
    "start": "picluster.cli.start:start",
    "status": "picluster.cli.status:status",
    "submit": "picluster.cli.submit:submit",
    "sudo": "picluster.cli.sudo:sudo",
    "trust": "picluster.cli.trust:trust",
    "urls": "picluster.cli.urls:urls",
    "validate": "picluster.cli.validate:validate",
}
"""Where each command stands. A module is imported when its command is called, so that the start
of one does not wait for what the others import."""


class _LazyGroup(click.Group):
    """A group of the commands in COMMANDS, which shows a UserError as plain text."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), function)
        return command

    @override
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except UserError as error:
            raise click.ClickException(str(error)) from error


def _show_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        click.echo(f"picluster {version('picluster')}")
    except PackageNotFoundError:
        click.echo("picluster, from a directory that is not installed")
    ctx.exit()


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Helps with a cluster of Raspberry Pis that pyinfra deploys.

    Each command explains itself: picluster COMMAND --help

    \b
    Example:
        picluster init
        picluster status
        picluster plan --explain pi8
    """
