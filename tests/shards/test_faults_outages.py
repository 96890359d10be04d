"""Faults that take a board away for a while: each is seen, ends, and loses no data.

On three boards, or seven with PICLUSTER_TEST_BOARDS=7. The table: tests/lab/faults.
"""

from tests.lab.faults.table import OUTAGES
from tests.shards.faulting import each_of

test_it_is_seen_and_ends_and_loses_nothing = each_of(OUTAGES)
