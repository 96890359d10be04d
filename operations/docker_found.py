"""What a board says of its Docker Engine, asked once until an operation changes something there.

pyinfra caches no fact, and four operations in a row ask the same.
"""

from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from pyinfra import state
from pyinfra.api import FactBase, Host
from pyinfra.context import ctx_host

from facts.docker import Engine, EngineState
from facts.packages import DebianPackages, PackagesState

T = TypeVar("T")

START_SECONDS = 90
"""A Pi 3 that boots needs a minute for its engine, and the engine may wait for the time."""

_answers: WeakKeyDictionary[Host, dict[tuple[object, ...], Any]] = WeakKeyDictionary()


def engine() -> EngineState | None:
    """The engine of this operation's host; None where the fact failed, and the host with it."""
    return _ask(Engine, wait=START_SECONDS)


def packages(names: list[str]) -> PackagesState | None:
    """Debian packages of this operation's host; None where the fact failed."""
    return _ask(DebianPackages, packages=names)


def forget() -> None:
    """To be called before this operation's host is changed."""
    _answers.pop(ctx_host.get(), None)


def _ask(fact: type[FactBase[T]], **arguments: Any) -> T | None:
    host = ctx_host.get()
    answers = _answers.setdefault(host, {})
    # What was found while changes were only looked for is old when they are made.
    key = (state.is_executing, fact, repr(arguments))
    if key not in answers:
        answer = host.get_fact(fact, **arguments)
        if answer is None:
            return None
        answers[key] = answer
    found: T = answers[key]
    return found
