"""All that is done to Docker Engine by hand and is left out of `make test`, on three boards."""

import pytest

from tests.conftest import LabUnderTest
from tests.lab.engine_drifts import DRIFTS, SHARE, is_noticed_and_mended


@pytest.mark.parametrize("name", [name for name in DRIFTS if name not in SHARE])
def test_the_dry_run_names_it_and_the_run_mends_it(converged: LabUnderTest, name: str) -> None:
    is_noticed_and_mended(converged, name)
