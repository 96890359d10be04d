"""`picluster check` on three boards: green, and no longer when something is broken.

More: tests/shards/test_check.py.
"""

from tests.conftest import LabUnderTest
from tests.lab import checking


def test_it_is_green_without_jobs(converged: LabUnderTest) -> None:
    checking.wait_until_green(converged)


def test_a_wrong_clock_is_found(converged: LabUnderTest) -> None:
    checking.is_found(converged, checking.SKEW)


def test_a_stopped_datanode_is_found(converged: LabUnderTest) -> None:
    checking.is_found(converged, checking.DATANODE)
