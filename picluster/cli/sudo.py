"""`picluster sudo`: the password once, then never again."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

import click

from picluster import project
from picluster.contact.passwords import passwords
from picluster.contact.ssh import Login
from picluster.contact.sudo import SudoState, WrongPasswordError, install, probe
from picluster.contact.targets import chosen_nodes
from picluster.contact.together import Outcome, together
from picluster.inventory import config_in_use
from picluster.plan.errors import UserError
from picluster.plan.load import load_config
from picluster.plan.node import Node
from picluster.plan.sections import Ssh


@click.command()
@click.argument("nodes", metavar="[NODE]...", nargs=-1)
@click.option("--all", "everyone", is_flag=True, help="All nodes of the cluster.")
@click.option(
    "--clock-wait",
    type=click.FloatRange(min=0),
    default=60,
    show_default=True,
    help="Seconds that a board may take until its clock is right.",
)
def sudo(nodes: tuple[str, ...], everyone: bool, clock_wait: float) -> None:
    """Let the deploy user of a NODE use sudo without a password.

    Deploys need it. Where sudo asks for a password, it is taken from PICLUSTER_SUDO_PASSWORD, else
    asked for, once for all nodes; then a checked rule in /etc/sudoers.d/010_picluster makes it the
    last time. A board whose clock is off by more than 2 seconds is waited for, then left out.

    Exits with 0 when sudo works without a password on all these nodes, with 1 when it does not on
    one of them, with 2 for wrong usage.

    \b
    Example:
        picluster sudo pi8
        picluster sudo --all
    """
    if bool(nodes) == everyone:
        raise click.UsageError("Name the nodes, or say --all.")
    config = load_config(config_in_use(project.root())[0])
    with ExitStack() as logins:
        access = _Access(config.ssh, clock_wait, logins)
        if not access.give(chosen_nodes(config, nodes)):
            raise SystemExit(1)


class _Access:
    """Gives sudo on many boards at once, and tells of each what became of it."""

    def __init__(self, ssh: Ssh, clock_wait: float, stack: ExitStack) -> None:
        self._ssh = ssh
        self._clock_wait = clock_wait
        self._stack = stack
        self._known_hosts = project.known_hosts_file()
        self._logins: dict[str, Login] = {}
        self._ready: set[str] = set()

    def give(self, nodes: list[Node]) -> bool:
        """Whether sudo works without a password on all the nodes in the end."""
        found = _each(nodes, self._look)
        for node in (node for node in nodes if found[node.name] is SudoState.READY):
            _say(node, "sudo works without a password already")
            self._ready.add(node.name)
        _each(
            [node for node in nodes if found[node.name] is SudoState.OPEN],
            partial(self._install, password=None),
        )
        self._unlock([node for node in nodes if found[node.name] is SudoState.LOCKED])
        return self._ready >= {node.name for node in nodes}

    def _unlock(self, nodes: list[Node]) -> None:
        """The same for nodes that ask for a password; only a wrong one is asked for again."""
        to_try = passwords(self._ssh.user, ", ".join(node.name for node in nodes))
        while nodes and (password := next(to_try, None)) is not None:
            outcome = _each(nodes, partial(self._install, password=password))
            nodes = [node for node in nodes if isinstance(outcome[node.name], WrongPasswordError)]

    def _look(self, node: Node) -> SudoState:
        login = self._stack.enter_context(Login(node, self._ssh, self._known_hosts))
        self._logins[node.name] = login
        return probe(login, self._ssh.user)

    def _install(self, node: Node, password: str | None) -> None:
        install(
            self._logins[node.name],
            self._ssh.user,
            password,
            clock_seconds=self._clock_wait,
            waiting=partial(_say, node, "its clock is wrong; waiting for it"),
        )
        self._ready.add(node.name)
        _say(node, "sudo works without a password from now on")


def _each(nodes: list[Node], action: Callable[[Node], Outcome]) -> dict[str, Outcome | UserError]:
    """What the action gave on each node, by its name; errors are told as they come."""
    outcomes = {}
    for node, outcome in together(nodes, action):
        outcomes[node.name] = outcome
        if isinstance(outcome, UserError):
            click.echo(f"Error: {node.name} ({node.address}): {outcome}", err=True)
    return outcomes


def _say(node: Node, text: str) -> None:
    click.echo(f"{node.name} ({node.address}): {text}")
