"""`picluster shell`: Python on the boards, line by line."""

import shlex
import subprocess
import sys

import click

from picluster import project
from picluster.contact import openssh
from picluster.inventory import config_in_use
from picluster.plan.errors import UserError
from picluster.plan.load import load_config
from picluster.plan.plan import make_plan
from picluster.submitting.head import head_of


class ShellError(UserError):
    """Raised when there is no shell to be had."""


_NOT_FOUND = 127


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def shell(arguments: tuple[str, ...]) -> None:
    """Open PySpark's shell on the head board.

    There `spark` is the session and `sc` the context. ARGUMENTS after -- are pyspark's own. Where
    standard input is no terminal, the lines that come from there are run.

    Exits with the shell's code, with 1 when there was no shell to be had.

    \b
    Example:
        picluster shell
        picluster shell -- --conf spark.executor.instances=2
    """
    config = load_config(config_in_use(project.root())[0])
    head = head_of(config, make_plan(config), cluster=False)
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    # A login's own locale may be one that the board does not have. Without -i Python would not
    # begin as a shell where no terminal is, and there would be neither spark nor sc.
    begin = [] if terminal else ["PYSPARK_DRIVER_PYTHON_OPTS=-i"]
    remote = shlex.join(["env", "LC_ALL=C.UTF-8", *begin, "pyspark", *arguments])
    command = openssh.command(
        head.node,
        config.ssh,
        project.known_hosts_file(),
        remote,
        terminal=terminal,
    )
    code = subprocess.run(command).returncode
    if code == openssh.FAILED:
        raise ShellError(
            f"{head.node.name} ({head.node.address}): the SSH connection failed or broke; see "
            "above. Its key is checked and accepted by: picluster trust " + head.node.name
        )
    if code == _NOT_FOUND:
        raise ShellError(head.undeployed)
    raise SystemExit(code)
