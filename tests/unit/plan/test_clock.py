"""A board's clock against this computer's."""

import pytest

from picluster.plan.clock import skew


@pytest.mark.parametrize(
    ("board", "off"), [(100.5, 0.0), (103.0, 2.0), (95.0, -5.0), (100.0, 0.0), (101.0, 0.0)]
)
def test_skew_is_the_distance_to_the_interval(board: float, off: float) -> None:
    assert skew(board, sent=100.0, received=101.0) == off
