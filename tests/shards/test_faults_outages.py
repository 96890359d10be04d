"""Faults that take a board away for a while: each is seen, ends, and loses no data.

On three boards, or seven with PICLUSTER_TEST_BOARDS=7. The table: tests/lab/faults.
"""

import pytest

from tests.conftest import LabUnderTest
from tests.lab.faults import playing
from tests.lab.faults.fault import Fault
from tests.lab.faults.playing import Record
from tests.lab.faults.table import OUTAGES, name
from tests.lab.faults.treasure import Treasure


@pytest.mark.parametrize("fault", OUTAGES, ids=name)
def test_it_is_seen_and_ends_and_loses_nothing(
    faultless: tuple[LabUnderTest, Treasure], fault: Fault, record_property: Record
) -> None:
    record_property("table", "faults")
    record_property("case", fault.title)
    under_test, laid = faultless
    playing.play(under_test, fault, laid, record_property)
