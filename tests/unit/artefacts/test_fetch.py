"""`picluster fetch`."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from picluster.cli import main
from tests.unit.artefacts.played import Maven


@pytest.fixture
def project(maven: Maven, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "deploys").mkdir()
    (tmp_path / "inventory.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("picluster.cli.fetch.HADOOP", maven.archive)
    return tmp_path


def test_it_says_where_it_is(project: Path, maven: Maven) -> None:
    result = CliRunner().invoke(main, ["fetch"])
    assert result.exit_code == 0
    file = project / ".picluster/artefacts" / maven.archive.file_name
    assert result.output.splitlines()[-1] == f"hadoop 9.9 is here, as pinned: {file}"
    assert file.is_file()


def test_a_refusal_is_plain_text(project: Path, maven: Maven) -> None:
    (maven.repository / "demo-1.jar").write_text("evil")
    result = CliRunner().invoke(main, ["fetch"])
    assert result.exit_code == 1
    assert "Error: demo-1.jar: another SHA-256" in result.output
