"""What a board says of its services, asked once until an operation changes something there.

pyinfra caches no fact, and the operations of a service ask the same one after the other.
"""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from pyinfra import state
from pyinfra.api import Host
from pyinfra.context import ctx_host

from facts.service import Services, ServicesState

_Asked = tuple[bool, frozenset[str], frozenset[str]]

_answers: WeakKeyDictionary[Host, dict[_Asked, ServicesState]] = WeakKeyDictionary()


def services(units: Sequence[str], paths: Sequence[str] = ()) -> ServicesState | None:
    """Units and paths of this operation's host; None where the fact failed, and the host with it.

    An answer may tell of more units than were asked for.

    + paths: as for `Services`; the answer names those that are there
    """
    host = ctx_host.get()
    answers = _answers.setdefault(host, {})
    # What was found while changes were only looked for is old when they are made.
    for (executing, told, looked_for), known in answers.items():
        fits = told.issuperset(units) and looked_for.issuperset(paths)
        if fits and executing == state.is_executing:
            there = [path for path in known["paths"] if path in paths]
            return ServicesState(units=known["units"], paths=there)
    answer: ServicesState | None = host.get_fact(Services, units=list(units), paths=list(paths))
    if answer is not None:
        answers[state.is_executing, frozenset(units), frozenset(paths)] = answer
    return answer


def forget() -> None:
    """To be called before this operation's host is changed."""
    _answers.pop(ctx_host.get(), None)
