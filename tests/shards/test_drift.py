"""What is spoilt by hand on the base system, its watch and the home page."""

import pytest

from tests.conftest import LabUnderTest
from tests.lab.drifts.running import Record, case_is_noticed_and_mended
from tests.lab.drifts.tables import TABLES, lines
from tests.lab.fingerprint import Fingerprint


@pytest.mark.parametrize(("service", "name"), lines(["base", "home", "thermal"]))
def test_it_is_named_announced_and_mended(
    converged: LabUnderTest,
    whole: Fingerprint,
    record_property: Record,
    service: str,
    name: str,
) -> None:
    drift = TABLES[service][name]
    case_is_noticed_and_mended(converged, f"{service}: {name}", drift, whole, record_property)
