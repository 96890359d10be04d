"""What is spoilt by hand on Docker Engine, the Swarm and YARN."""

from tests.conftest import LabUnderTest
from tests.lab import deploying, fingerprint, wishing
from tests.lab.drifts import swarm
from tests.lab.drifts.running import (
    Record,
    are_noticed_and_mended,
    nothing_is_left,
)
from tests.lab.fingerprint import Fingerprint
from tests.shards.drifting import each_of

test_it_is_named_announced_and_mended = each_of(["docker", "swarm", "yarn"])


def test_a_worker_promoted_by_hand(
    converged: LabUnderTest, whole: Fingerprint, record_property: Record
) -> None:
    # At once: a failure before the drift is the case's, too.
    record_property("table", "drifts")
    record_property("case", "swarm: a worker promoted, where one manager is wished")
    try:
        with wishing.wished(converged, "swarm", managers=1):
            run = deploying.apply(converged.environment)
            assert (run.code, run.errors) == (0, 0), run.log
            fewer = fingerprint.settled(converged)
            are_noticed_and_mended(converged, [swarm.PROMOTED], fewer, record_property)
    finally:
        deploying.apply(converged.environment)
    nothing_is_left(converged, whole)
