"""What tests of whole deploys compare with."""

import pytest

from tests.conftest import History, LabUnderTest
from tests.lab import fingerprint


@pytest.fixture(scope="module")
def whole(under_test: LabUnderTest, history: History) -> fingerprint.Fingerprint:
    """The converged lab, as the tests before have left it."""
    history.came_to_rest()
    return fingerprint.settled(under_test)
