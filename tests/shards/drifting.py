"""The test that the suites of drifts share."""

from collections.abc import Callable, Collection

import pytest

from tests.conftest import LabUnderTest
from tests.lab.drifts.running import Record, case_is_noticed_and_mended
from tests.lab.drifts.tables import TABLES, lines
from tests.lab.fingerprint import Fingerprint


def each_of(services: Collection[str]) -> Callable[..., None]:
    """A test of each line of these services' tables: it is named, announced and mended."""

    @pytest.mark.parametrize(("service", "name"), lines(services))
    def test(
        converged: LabUnderTest,
        whole: Fingerprint,
        record_property: Record,
        service: str,
        name: str,
    ) -> None:
        drift = TABLES[service][name]
        case_is_noticed_and_mended(converged, f"{service}: {name}", drift, whole, record_property)

    return test
