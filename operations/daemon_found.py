"""What a board says of its daemons, asked once until an operation changes something there.

pyinfra caches no fact, and a dozen operations in a row ask the same.
"""

from weakref import WeakKeyDictionary

from pyinfra import state
from pyinfra.api import FunctionCommand, Host, State
from pyinfra.context import ctx_host

from facts.daemons import Daemons, DaemonsState
from operations import peers
from picluster.plan.hadoop_daemons import (
    GROUP,
    HDFS_DAEMONS,
    SPARK_DAEMONS,
    USERS,
    YARN_DAEMONS,
)
from picluster.plan.spark_paths import PACKAGES

_UNITS = [daemon.unit for daemon in (*HDFS_DAEMONS, *YARN_DAEMONS, *SPARK_DAEMONS)]

_answers: WeakKeyDictionary[Host, dict[bool, DaemonsState]] = WeakKeyDictionary()


def daemons() -> DaemonsState | None:
    """Those of this operation's host; None where the fact failed, and the host with it."""
    host = ctx_host.get()
    answers = _answers.setdefault(host, {})
    # What was found while changes were only looked for is old when they are made.
    if state.is_executing not in answers:
        answer = host.get_fact(
            Daemons, units=_UNITS, users=list(USERS), group=GROUP, packages=list(PACKAGES)
        )
        if answer is None:
            return None
        answers[state.is_executing] = answer
    return answers[state.is_executing]


def forget() -> None:
    """To be called before this operation's host is changed."""
    _answers.pop(ctx_host.get(), None)


def heard() -> FunctionCommand:
    """What comes after a command that changes what other hosts see: they ask again."""
    return FunctionCommand(_heard, (), {})


def _heard(state: State, host: Host) -> None:
    peers.forget()
