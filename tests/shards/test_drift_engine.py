"""What is spoilt by hand on Docker Engine, the Swarm and YARN."""

import pytest

from tests.conftest import LabUnderTest
from tests.lab import deploying, fingerprint, wishing
from tests.lab.drifts import swarm
from tests.lab.drifts.running import (
    Record,
    are_noticed_and_mended,
    case_is_noticed_and_mended,
    nothing_is_left,
)
from tests.lab.drifts.tables import TABLES, lines
from tests.lab.fingerprint import Fingerprint


@pytest.mark.parametrize(("service", "name"), lines(["docker", "swarm", "yarn"]))
def test_it_is_named_announced_and_mended(
    converged: LabUnderTest,
    whole: Fingerprint,
    record_property: Record,
    service: str,
    name: str,
) -> None:
    drift = TABLES[service][name]
    case_is_noticed_and_mended(converged, f"{service}: {name}", drift, whole, record_property)


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
