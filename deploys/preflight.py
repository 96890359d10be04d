"""The first step of every deploy: boards that are not as declared are left alone."""

from typing import NoReturn, TypeVar

from gevent import GreenletExit
from pyinfra import host
from pyinfra.api import deploy

from facts.preflight import Preflight

T = TypeVar("T")


def or_leave(value: T | None) -> T:
    """The value of a fact; where the fact failed, leaves the deploy for this host alone.

    pyinfra goes on with None after a failed fact and would announce what will not happen. Each
    host's deploy code runs in a greenlet of its own, and this is gevent's way to end one.
    """
    if value is None:
        leave()
    return value


def leave() -> NoReturn:
    """Ends the deploy for this host, after the reason was said."""
    raise GreenletExit


_passed: dict[str, str] = {}
"""Name of each host that was asked to its Debian release."""


def release(name: str) -> str | None:
    """The Debian release of a host, such as bookworm; None where its preflight has not passed yet.

    It cannot change during a run.
    """
    return _passed.get(name)


@deploy("Preflight")
def apply() -> None:
    """Refuses this host, in dry runs too, when it is not the board that cluster.toml declares.

    Each service's deploy begins with it, so that each can be called alone; a board is asked once.
    """
    if host.name in _passed:
        return
    node, cluster = host.data.node, host.data.cluster
    _passed[host.name] = or_leave(
        host.get_fact(
            Preflight,
            node=node.name,
            model=node.model,
            memory_mb=node.memory_mb,
            releases=list(cluster.system.release),
            wait=host.data.clock_wait_seconds,
            _sudo=False,
        )
    )
