"""A board played in a folder: real facts and real shell commands, on files of a test's own."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import SimpleNamespace
from typing import Any

import pytest
from gevent import GreenletExit
from pyinfra.api import FactBase, FunctionCommand, StringCommand
from pyinfra.api.exceptions import FactProcessError, NoHostError
from pyinfra.connectors.util import CommandOutput, OutputLine
from pyinfra.context import ctx_host, ctx_inventory, ctx_state

from operations import peers
from picluster.plan.drift import VARIABLE, Difference, Unseen, read_notes
from tests.facts import apart
from tests.facts.shell import on_root, tool, write

DANGEROUS = ["apt-get", "cloud-init", "dpkg", "dpkg-query", "hostnamectl", "modprobe"]
DANGEROUS += ["reboot", "swapoff", "sync", "sysctl", "systemctl"]
"""Programs that must never be the machine's own here."""

Operation = Any  # pyinfra's decorator adds `_inner`, which its type does not tell


@dataclass
class Outcome:
    """What became of one call of an operation."""

    commands: list[StringCommand | FunctionCommand] = field(default_factory=list)
    noop: str | None = None
    failed: bool = False
    """The host was failed, and nothing else done."""
    noted: list[Difference] = field(default_factory=list)
    """What would be changed, as it is noted while pyinfra looks for changes."""
    unseen: list[Unseen] = field(default_factory=list)
    """What could not be looked at, noted in the same way."""

    @property
    def texts(self) -> list[str]:
        """The shell commands."""
        return [c.get_raw_value() for c in self.commands if isinstance(c, StringCommand)]


class PlayedHost:
    """As much of pyinfra's host as operations use."""

    connected = False
    """Other hosts cannot ask it, nor it itself by way of them: such facts are the tests' own."""

    def __init__(
        self,
        get_fact: Callable[..., Any],
        run_shell_command: Callable[..., Any] | None = None,
        name: str = "pi1",
    ) -> None:
        self.name, self.print_prefix = name, f"[{name}] "
        self.get_fact, self.run_shell_command = get_fact, run_shell_command
        self.data: dict[str, Any] = {}
        self.current_op_global_arguments = {"_sudo": True, "name": "Played"}
        self.current_op_hash = "played"
        self.noop_description: str | None = None

    def noop(self, description: str) -> None:
        self.noop_description = description

    def connect(self, **_: Any) -> None:
        """Stays away."""


class PlayedInventory:
    """As much of pyinfra's inventory as operations use."""

    def __init__(self, *hosts: Any) -> None:
        self.hosts = {host.name: host for host in hosts}

    def __iter__(self) -> Iterator[Any]:
        return iter(self.hosts.values())

    def get_host(self, name: str, default: Any = NoHostError) -> Any:
        if default is NoHostError and name not in self.hosts:
            raise NoHostError(f"No such host: {name}")
        return self.hosts.get(name, default)


@contextmanager
def playing(
    host: Any, *others: Any, executing: bool = False, diff: bool = False, keep: bool = False
) -> Iterator[SimpleNamespace]:
    """Lets code that runs in it see this host, an inventory with the others, and a state: that.

    + keep: what other hosts said before, and say now, is remembered as during a run
    """
    inventory = PlayedInventory(host, *others)
    failed: set[Any] = set()
    state = SimpleNamespace(
        is_executing=executing,
        current_stage="execute" if executing else "prepare",
        op_meta={"played": SimpleNamespace(names={"Played"})},
        print_noop_info=False,
        print_input=False,
        print_fact_input=False,
        config=SimpleNamespace(DIFF=diff),
        activated_hosts=set(inventory),
        failed_hosts=failed,
        fail_hosts=failed.update,
        inventory=inventory,
    )
    contexts = [(ctx_state, state), (ctx_inventory, inventory), (ctx_host, host)]
    before = [context.get() for context, _ in contexts]
    for context, module in contexts:
        context.set(module)
    if not keep:
        peers.forget()
    try:
        yield state
    finally:
        if not keep:
            peers.forget()
        for (context, _), module in zip(contexts, before, strict=True):
            context.set(module)


def call(
    operation: Operation,
    get_fact: Callable[..., Any],
    *,
    executing: bool = False,
    diff: bool = False,
    **arguments: Any,
) -> Outcome:
    """What an operation yields; a host that it fails is part of the outcome."""
    host = PlayedHost(get_fact)
    with playing(host, executing=executing, diff=diff):
        return outcome_of(operation, host, **arguments)


def outcome_of(operation: Operation, host: Any, **arguments: Any) -> Outcome:
    """What an operation yields for the host that is being played.

    An operation that announces something has to note what, and one that does not, nothing.
    """
    host.noop_description = None
    with _notes() as notes:
        try:
            steps = operation._inner(**arguments)
            # pyinfra looks no further than the first command.
            commands = list(islice(steps, 1))
            found = read_notes(notes.read_text().splitlines())
            commands += steps
        except GreenletExit:
            return Outcome(failed=True)
    last = commands[-1] if commands else None
    if isinstance(last, FunctionCommand) and last.function.__name__ == "_failed":
        return Outcome(failed=True)
    if not ctx_state.get().is_executing:
        noted = bool(found.differences)
        assert noted == bool(commands), f"noted {found.differences} for {commands}"
    return Outcome(
        commands,
        host.noop_description,
        noted=list(found.differences),
        unseen=list(found.unseen),
    )


@contextmanager
def _notes() -> Iterator[Path]:
    """A file that operations note differences in, until its end."""
    with NamedTemporaryFile() as file, pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, file.name)
        yield Path(file.name)


def known(facts: dict[type[FactBase[Any]], Any]) -> Callable[..., Any]:
    """`get_fact` with fixed answers."""

    def get_fact(fact: type[FactBase[Any]], **arguments: Any) -> Any:
        return facts[fact]

    return get_fact


class Board:
    """A root folder, programs that only write down how they were called, and a working folder."""

    def __init__(self, folder: Path, files: dict[str, str | bytes] | None = None) -> None:
        self.root, self.tools, self.cwd = folder / "root", folder / "tools", folder / "cwd"
        self.log = folder / "calls"
        for path in (self.root, self.tools, self.cwd):
            path.mkdir()
        self.program("note")
        for name in DANGEROUS:
            (self.tools / name).symlink_to("note")
        write(self.root, files or {})

    def program(self, name: str, script: str = "") -> None:
        """A program that notes its words, then runs some lines of shell."""
        note = f'{{ printf "%s\\037" "${{0##*/}}" "$@"; printf "\\036"; }} >>{self.log}'
        (self.tools / name).unlink(missing_ok=True)
        tool(self.tools, name, f"{note}\n{script}")

    def calls(self) -> list[list[str]]:
        """The words of each call of a program, its name first."""
        if not self.log.exists():
            return []
        return [c.split("\x1f")[:-1] for c in self.log.read_text().split("\x1e")[:-1]]

    def get_fact(self, fact: type[FactBase[Any]], **arguments: Any) -> Any:
        """A fact of this board; None where it fails, as pyinfra's."""
        asked = fact()
        try:
            output = self.shell(str(asked.command(**arguments))).stdout.splitlines()
            return asked.process(output) if output else asked.default()
        except (FactProcessError, ValueError) as error:  # a shell takes no NUL
            self.refusal = str(error)
            return None

    def call(self, operation: Operation, **arguments: Any) -> Outcome:
        """What an operation would do here."""
        return call(operation, self.get_fact, **arguments)

    def execute(self, command: StringCommand | FunctionCommand) -> subprocess.CompletedProcess[str]:
        """Runs a command as pyinfra does, below the root folder."""
        if isinstance(command, FunctionCommand):
            state: Any = SimpleNamespace()
            host: Any = PlayedHost(self.get_fact, self.run_shell_command)
            done = command.execute(state, host, {})
            return subprocess.CompletedProcess([], 0 if done else 1, "", "")
        stdin = command.connector_arguments.get("_stdin") or ""
        assert isinstance(stdin, str)
        return self._send(command, stdin)

    def run_shell_command(
        self, command: StringCommand, *, print_output: bool, print_input: bool, **arguments: Any
    ) -> tuple[bool, CommandOutput]:
        """What a function command asks for, printed neither way, with the operation's sudo."""
        assert (print_output, print_input) == (False, False)
        assert arguments.pop("_sudo") is True
        done = self._send(command, arguments.pop("_stdin", ""))
        assert not arguments
        lines = [OutputLine("stdout", line) for line in done.stdout.splitlines()]
        errors = [OutputLine("stderr", line) for line in done.stderr.splitlines()]
        return done.returncode == 0, CommandOutput([*lines, *errors])

    def _send(self, command: StringCommand, stdin: str) -> subprocess.CompletedProcess[str]:
        if stdin and not stdin.endswith("\n"):
            stdin += "\n"
        return self.shell(command.get_raw_value(), stdin)

    def shell(self, command: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Runs a text as shell script below the root folder."""
        return apart.run(
            ["sh", "-c", on_root(command, self.root)],
            check=False,
            capture_output=True,
            text=True,
            input=stdin,
            cwd=self.cwd,
            env={"PATH": f"{self.tools}:{os.environ['PATH']}"},
            timeout=60,
        )

    def apply(self, operation: Operation, **arguments: Any) -> Outcome:
        """Calls an operation and runs what it yields; every command has to succeed."""
        outcome = self.call(operation, executing=True, **arguments)
        for command in outcome.commands:
            done = self.execute(command)
            assert done.returncode == 0, done
        return outcome

    def read(self, path: str) -> str:
        """Text of a file, by its path on the board."""
        return (self.root / path.lstrip("/")).read_text()
