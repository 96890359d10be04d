"""Looking at effects: operations that change nothing and fail a board that does not work."""

from pyinfra import host, state
from pyinfra.api import operation

from facts.effect import BaseEffect
from operations.failure import Commands, fail


@operation()
def base(hostname: str, address: str) -> Commands:
    """
    Fail the board unless its memory cgroup is on and its name leads to its LAN address.

    + hostname: the board's name
    + address: its LAN address

    Looks only while a run executes: before that, nothing has had the chance to take effect.
    """
    wished = {"hostname": hostname, "address": address}
    if state.is_executing and host.get_fact(BaseEffect, **wished) is None:
        yield fail()
        return
    host.noop("what was written has its effect")
