"""Failing one host alone: an exception in an operation would end the run for all of them."""

from collections.abc import Generator
from typing import NoReturn

from gevent import GreenletExit
from pyinfra import host, logger, state
from pyinfra.api import FunctionCommand, Host, State, StringCommand
from pyinfra.api.output import format_text

Commands = Generator[StringCommand | FunctionCommand, None, None]
"""What an operation of this project yields."""


def fail(reason: str | None = None) -> FunctionCommand:
    """A command that fails this host; to be yielded as an operation's last one.

    + reason: what is wrong and what to do; None where a failed fact has told it already

    While changes are only looked for, there is nothing to yield: this leaves the deploy of this
    host, so that nothing more is announced for it. Each host's deploy code runs in a greenlet of
    its own, and GreenletExit is gevent's way to end one.
    """
    if state.is_executing:
        if reason is not None:
            failed(host, reason)
        return FunctionCommand(_failed, (), {})
    if reason is not None:
        refuse(reason)
    raise GreenletExit


def refuse(reason: str) -> NoReturn:
    """Leaves this host alone, from deploy code: nothing is announced for it or done to it."""
    failed(host, reason)
    state.fail_hosts({state.inventory.get_host(host.name)})
    raise GreenletExit


def failed(host: Host, reason: str) -> bool:
    """Says why a host fails; False, for a function that is a FunctionCommand to return.

    An exception would show a traceback.
    """
    logger.error(f"{host.print_prefix}{format_text(f'Error: {reason}', 'red')}")
    return False


def _failed(state: State, host: Host) -> bool:
    return False
