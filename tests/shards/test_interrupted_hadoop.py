"""Runs killed in the middle of bringing archives to boards, and of what they do to HDFS and YARN.

In half of the cases a board loses its power; one plain run makes up for each.
"""

import pytest

from tests.conftest import LabUnderTest
from tests.lab.fingerprint import Fingerprint
from tests.lab.interruptions import archives, hadoop
from tests.lab.interruptions.interruption import Record, case_ends_as_before

CASES = archives.CASES | hadoop.CASES


@pytest.mark.parametrize("case", CASES)
def test_one_plain_run_makes_up_for_it(
    converged: LabUnderTest, whole: Fingerprint, case: str, record_property: Record
) -> None:
    case_ends_as_before(converged, case, CASES[case], whole, record_property)
