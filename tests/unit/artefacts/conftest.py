"""A played Maven for each test that wants one."""

from pathlib import Path

import pytest

from tests.unit.artefacts.played import Maven


@pytest.fixture
def maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Maven:
    return Maven(tmp_path, monkeypatch)
