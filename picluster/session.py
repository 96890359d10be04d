"""How a run of pyinfra on this project treats its user: advice, prompts, and a true dry run."""

import logging
import re
import sys
from collections.abc import Mapping

import click
from pyinfra import config, logger, state
from typing_extensions import override

from picluster.ssh_key import NO_KEY, advice_without_key

# How pyinfra words its connection errors, after the host's name in brackets.
_CONNECT_ERROR = re.compile(
    r"^\s*\[(?P<name>[^\]]+)\]\s+(?P<error>(SSH host key|Authentication|SSH|EOF) error"
    r"|Could not (connect|resolve hostname))"
)


class ConnectionAdvice(logging.Filter):
    """Adds to each connection error what to do about it.

    pyinfra's own hook for this event is made anew after the inventory was loaded, so an advice
    can only be added where the error passes by: in the log.
    """

    def __init__(self, addresses: Mapping[str, str], user: str) -> None:
        super().__init__()
        self._addresses, self._user = addresses, user

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno >= logging.ERROR:
            match = _CONNECT_ERROR.match(click.unstyle(record.getMessage()))
            if match is not None and match["name"] in self._addresses:
                line = self.advice(match["name"], match["error"])
                if NO_KEY in record.getMessage():
                    line = advice_without_key(self._user, self._addresses[match["name"]])
                record.msg, record.args = f"{record.getMessage()}\n    {line}", ()
        return True

    def advice(self, name: str, error: str) -> str:
        """What to do about a connection error, in one line."""
        address = self._addresses[name]
        if error.startswith("SSH host key"):
            return (
                f"This is not the key that {name} ({address}) had before. If its card was written "
                f"anew or replaced, check and accept the new one: picluster trust {name}"
            )
        if error.startswith("Authentication"):
            return (
                f"{name} does not let user {self._user} in. Check [ssh] user and key in "
                f"cluster.toml, and put the key on the board: ssh-copy-id {self._user}@{address}"
            )
        if error.startswith("SSH error"):
            return (
                f"Something took the connection at {address}, and no SSH session came of it: "
                f"{name} hangs, or has more to do than it can. Wait a minute; if it stays so, cut "
                "its power and give it back. The other boards are not affected."
            )
        return (
            f"{name} does not answer at {address}. Is it switched on and plugged in, and is this "
            "still its address? The other boards are not affected."
        )


def prepare_session(addresses: Mapping[str, str], user: str) -> None:
    """Adjusts the run that is loading this inventory.

    + addresses: the address of each board by its name
    + user: who logs in there
    """
    logger.addFilter(ConnectionAdvice(addresses, user))
    if not sys.stdin.isatty():
        # Nobody can answer the question whether to go on without a failed board: go on.
        state.should_raise_failed_hosts = None
        config.FAIL_PERCENT = None
    if "--dry" in sys.argv and not state.check_for_changes:
        # -y (or PYINFRA_YES) turns change detection off, and a dry run would announce nothing.
        state.check_for_changes = True
