"""What is spoilt by hand on the base system and left out of `make test`."""

import pytest

from tests.conftest import LabUnderTest
from tests.lab.base_drifts import DRIFTS, SHARE, is_noticed_and_mended


@pytest.mark.parametrize("spoil", [name for name in DRIFTS if name not in SHARE])
def test_the_dry_run_names_it_and_the_run_mends_it(converged: LabUnderTest, spoil: str) -> None:
    is_noticed_and_mended(converged, spoil)
