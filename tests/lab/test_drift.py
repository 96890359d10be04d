"""Single things spoilt by hand: the dry run names exactly them, the run mends them."""

import pytest

from tests.conftest import LabUnderTest
from tests.lab.base_drifts import SHARE, is_noticed_and_mended


@pytest.mark.parametrize("spoil", SHARE)
def test_the_dry_run_names_it_and_the_run_mends_it(converged: LabUnderTest, spoil: str) -> None:
    is_noticed_and_mended(converged, spoil)
