"""The test that the suites of faults share."""

from collections.abc import Callable, Collection

import pytest

from tests.conftest import LabUnderTest
from tests.lab.faults import playing
from tests.lab.faults.fault import Fault
from tests.lab.faults.playing import Record
from tests.lab.faults.table import name
from tests.lab.faults.treasure import Treasure


def each_of(faults: Collection[Fault]) -> Callable[..., None]:
    """A test of each of them: it is seen, ends, and loses no data."""

    @pytest.mark.parametrize("fault", faults, ids=name)
    def test(
        faultless: tuple[LabUnderTest, Treasure], fault: Fault, record_property: Record
    ) -> None:
        record_property("table", "faults")
        record_property("case", fault.title)
        under_test, laid = faultless
        playing.play(under_test, fault, laid, record_property)

    return test
