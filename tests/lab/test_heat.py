"""A board that is too hot: what it does by itself, and what a deploy would do.

More: tests/shards/test_heat.py.
"""

from tests.conftest import LabUnderTest
from tests.lab import deploying, hadoop_seen, heating


def test_a_hot_board_rests_and_comes_back_by_itself(converged: LabUnderTest) -> None:
    heating.heat(converged, "pi2a", "84")
    try:
        heating.wait_for_state(converged, "pi2a", "UNHEALTHY")
        assert "84" in heating.node(converged, "pi2a")["health"]
        dry = deploying.dry_run(converged.environment)
        assert dry.announced == {operation: frozenset({"pi2a"}) for operation in heating.APPLIED}
        assert "critical" in dry.log
    finally:
        heating.heat(converged, "pi2a", heating.USUAL)
    heating.wait_for_state(converged, "pi2a", "RUNNING")
    heating.wait_for_band(converged, "pi2a", "cool")
    hadoop_seen.wait_until_as_planned(converged)
    dry = deploying.dry_run(converged.environment)
    assert (dry.code, dry.announced) == (0, {}), dry.log
