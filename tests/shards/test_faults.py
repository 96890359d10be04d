"""Faults of daemons, disks, memory, sources and people: each is seen, ends, and loses no data.

On three boards, or seven with PICLUSTER_TEST_BOARDS=7. The table: tests/lab/faults.
"""

import pytest

from tests.conftest import LabUnderTest
from tests.lab.faults import playing
from tests.lab.faults.fault import Fault
from tests.lab.faults.playing import Record
from tests.lab.faults.table import FAULTS, OUTAGES, name
from tests.lab.faults.treasure import Treasure


@pytest.mark.parametrize("fault", FAULTS, ids=name)
def test_it_is_seen_and_ends_and_loses_nothing(
    faultless: tuple[LabUnderTest, Treasure], fault: Fault, record_property: Record
) -> None:
    record_property("table", "faults")
    record_property("case", fault.title)
    under_test, laid = faultless
    playing.play(under_test, fault, laid, record_property)


def test_titles_are_different() -> None:
    titles = [fault.title for fault in (*FAULTS, *OUTAGES)]
    assert len(set(titles)) == len(titles) >= 28
