"""A run that was killed and run again ends where an undisturbed one ends: one of the cases.

All of them: tests/shards/test_resume.py.
"""

from tests.conftest import History, LabUnderTest
from tests.lab.interrupting import within
from tests.lab.resuming import ends_as_undisturbed


def test_killed_while_dpkg_works(converged: LabUnderTest, history: History) -> None:
    when = within("Install packages", "pi1a", "pgrep -x dpkg >/dev/null")
    ends_as_undisturbed(converged, history, when)
