"""What other hosts say of themselves, and commands sent to them, from within a host's operation.

pyinfra caches no fact, and an SSH server takes ten sessions at once: when each of forty boards asks
one manager, some of them fail it. Here one asks and all read the answer.
"""

import time
from itertools import count
from typing import Any, TypeVar

from gevent.event import AsyncResult
from paramiko import SSHException
from pyinfra import host, inventory, logger, state
from pyinfra.api import FactBase, Host, StringCommand
from pyinfra.api.arguments import CONNECTOR_ARGUMENT_KEYS
from pyinfra.api.exceptions import ConnectError, FactProcessError
from pyinfra.connectors.util import CommandOutput, OutputLine

T = TypeVar("T")

TIMEOUT_SECONDS = 120
"""A board that loses its power in the middle of a command never ends it."""

_answers: dict[tuple[object, ...], AsyncResult] = {}
_silences: dict[tuple[object, ...], str] = {}
_changes = count()
_change = next(_changes)


def forget() -> None:
    """Lets everything be asked again: to be called after a change that others can see."""
    global _change
    _answers.clear()
    _change = next(_changes)


FRESH_SECONDS = 1.0
"""So old an answer may be for one who waits for another."""

_looked = float("-inf")


def look_again() -> None:
    """Lets everything be asked again by those who wait: once a second, however many they are."""
    global _looked
    if time.monotonic() - _looked >= FRESH_SECONDS:
        forget()
        _looked = time.monotonic()


def change() -> int:
    """A number that is another one after each `forget`, for what others keep of answers."""
    return _change


def ask(name: str, fact: type[FactBase[T]], **arguments: Any) -> T | None:
    """What a host answers to a fact; None where it cannot be asked, or is not in the inventory.

    Kept until `forget`, and for either of pyinfra's stages alone. Unlike `host.get_fact` this fails
    no host: whether an answer that is missing matters, is for the one who asks to decide.
    """
    key = (state.current_stage, name, fact, repr(sorted(arguments.items())))
    answer = _answers.get(key)
    if answer is None:
        answer = _answers[key] = AsyncResult()
        try:
            answer.set(_ask(_host(name), fact, arguments))
        except BaseException as error:
            # Also when this greenlet is killed: the others must not wait for ever.
            answer.set_exception(error)
            if _answers.get(key) is answer:  # it may have been forgotten meanwhile
                del _answers[key]
            raise
    value: T | None = answer.get()
    return value


def why_silent(name: str, fact: type[FactBase[Any]]) -> str:
    """Why a host gave no answer to a fact, for one whom that keeps from going on."""
    return _silences.get((state.current_stage, name, fact), "it cannot be asked")


def _host(name: str) -> Host | None:
    found: Host | None = inventory.get_host(name, None)
    if found is None:
        logger.warning(f"the inventory has no host {name!r}")
    return found


def _ask(other: Host | None, fact: type[FactBase[T]], arguments: dict[str, Any]) -> T | None:
    if other is None or not reachable(other):
        return None
    asked = fact()
    command = StringCommand(str(asked.command(**arguments)))
    done, output = run(other, command, show=state.print_fact_input)
    if not done:
        _is_silent(other, fact, f"did not answer: {reason(output)}")
        return None
    try:
        lines = [line.rstrip() for line in output.stdout_lines]
        return asked.process(lines) if lines else asked.default()
    except FactProcessError as error:
        _is_silent(other, fact, str(error))
        return None


def _is_silent(other: Host, fact: type[FactBase[Any]], why: str) -> None:
    logger.warning(f"{other.print_prefix}{why}")
    _silences[state.current_stage, other.name, fact] = why


def reachable(other: Host) -> bool:
    """Whether a host takes commands; one that `--limit` left out is connected now."""
    if other.connected:
        return True
    if other in state.failed_hosts:
        return False
    try:
        other.connect(reason="to be asked about the cluster", show_errors=False)
    except ConnectError:
        return False
    return other.connected


def run(
    other: Host, command: StringCommand, *, show: bool = False, **more: Any
) -> tuple[bool, CommandOutput]:
    """Runs a command on a host with this operation's own sudo and environment.

    + show: whether its words may be printed at -vv; what it prints never is
    + more: connector arguments, such as `_stdin`
    """
    given = dict(host.current_op_global_arguments or {}) or {"_sudo": other.data.get("_sudo")}
    arguments = {key: given[key] for key in CONNECTOR_ARGUMENT_KEYS if given.get(key) is not None}
    arguments |= {"_timeout": TIMEOUT_SECONDS, **more}
    try:
        return other.run_shell_command(command, print_output=False, print_input=show, **arguments)
    except (TimeoutError, OSError, EOFError, SSHException) as error:
        return False, CommandOutput([OutputLine("stderr", f"the connection broke: {error}")])


def reason(output: CommandOutput) -> str:
    """The last line of what a failed command complained about."""
    lines = [line.strip() for line in output.stderr_lines or output.stdout_lines if line.strip()]
    return lines[-1] if lines else "it gave no reason"
