"""A head board that is played."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.submitting.played import Played, played


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Played]:
    with played(tmp_path) as found:
        yield found
