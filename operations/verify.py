"""Looking at effects: operations that change nothing and fail a board that does not work."""

from collections.abc import Generator

from pyinfra import host, state
from pyinfra.api import StringCommand, operation

from facts.effect import BaseEffect


@operation()
def base(hostname: str, address: str) -> Generator[StringCommand, None, None]:
    """
    Fail the board unless its memory cgroup is on and its name leads to its LAN address.

    + hostname: the board's name
    + address: its LAN address

    Looks only while a run executes: before that, nothing has had the chance to take effect.
    """
    if state.is_executing:
        host.get_fact(BaseEffect, hostname=hostname, address=address)
    host.noop("what was written has its effect")
    yield from ()
