"""The proof of a resumed run: blank boards, a run that is cut off, a plain one, the same end."""

from collections.abc import Callable

from tests.conftest import History, LabUnderTest
from tests.lab import deploying, seen
from tests.lab.interrupting import Boards, When, kill_when


def ends_as_undisturbed(
    under_test: LabUnderTest,
    history: History,
    when: When,
    afterwards: Callable[[Boards], None] = lambda boards: None,
) -> None:
    """Kills a run on blank boards, runs again, and compares with what an undisturbed run left.

    + when: the moment to kill it
    + afterwards: what else happens to the boards before the second run
    """
    under_test.lab.reset()
    kill_when(under_test.environment, when(under_test.boards))
    afterwards(under_test.boards)
    again = deploying.apply(under_test.environment)
    assert again.code == 0, again.log
    assert again.errors == 0, again.log
    for name, board in under_test.boards.items():
        assert seen.result(board).splitlines() == history.result[name].splitlines()
    third = deploying.apply(under_test.environment)
    assert (third.code, third.changes) == (0, 0), third.executed
