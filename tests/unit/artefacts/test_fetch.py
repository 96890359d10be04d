"""`picluster fetch`."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from picluster.artefacts import Archive
from picluster.cli import main
from tests.unit.artefacts.played import Maven

EXAMPLE = Path(__file__).parents[3] / "cluster.example.toml"
OLD = Archive("spark", "4.2.1", "2" * 64, 1)
NEW = Archive("spark", "4.3.0", "3" * 64, 1)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "deploys").mkdir()
    (tmp_path / "inventory.py").write_text("")
    monkeypatch.chdir(tmp_path)
    for name in ("PICLUSTER_CONFIG", "PICLUSTER_LAB"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def real(project: Path, maven: Maven, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Hadoop is made by the played Maven, and Spark is switched off."""
    monkeypatch.setattr("picluster.cli.fetch.HADOOP", maven.archive)
    wish(project, "[spark]\nenabled = false\n")
    return project


@pytest.fixture
def obtained(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was obtained, without doing it."""
    found: list[str] = []

    def obtain(archive: Archive, store: Path, _: object) -> Path:
        found.append(f"{archive.name} {archive.version}")
        return store / archive.file_name

    monkeypatch.setattr("picluster.cli.fetch.SPARK", {"4.2.1": OLD, "4.3.0": NEW})
    monkeypatch.setattr("picluster.cli.fetch.obtain", obtain)
    return found


def wish(project: Path, sections: str) -> None:
    """A cluster.toml of the example's boards, with these sections in place of its own."""
    kept, skip = [], False
    names = [line for line in sections.splitlines() if line.startswith("[")]
    for line in EXAMPLE.read_text().splitlines():
        if line.startswith("["):
            skip = line in names
        if not skip:
            kept.append(line)
    (project / "cluster.toml").write_text("\n".join([*kept, sections]))


def fetch() -> list[str]:
    """What it says."""
    result = CliRunner().invoke(main, ["fetch"])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_it_says_where_it_is(real: Path, maven: Maven) -> None:
    file = real / ".picluster/artefacts" / maven.archive.file_name
    assert fetch()[-1] == f"hadoop 9.9 is here, as pinned: {file}"
    assert file.is_file()


def test_a_refusal_is_plain_text(real: Path, maven: Maven) -> None:
    (maven.repository / "demo-1.jar").write_text("evil")
    result = CliRunner().invoke(main, ["fetch"])
    assert result.exit_code == 1
    assert "Error: demo-1.jar: another SHA-256" in result.output


def test_without_a_cluster_it_gets_what_a_new_one_needs(obtained: list[str]) -> None:
    assert fetch()[0].startswith("There is no cluster.toml and no lab")
    assert obtained == ["hadoop 3.5.0", "spark 4.3.0"]


def test_the_version_that_is_wished(project: Path, obtained: list[str]) -> None:
    wish(project, '[spark]\nversion = "4.2.1"\n')
    assert fetch()[0] == f"What the cluster of {project / 'cluster.toml'} needs:"
    assert obtained == ["hadoop 3.5.0", "spark 4.2.1"]


def test_spark_that_is_switched_off_is_left_out(project: Path, obtained: list[str]) -> None:
    wish(project, "[spark]\nenabled = false\n")
    assert "Spark is left out: enabled = false stands in [spark]" in fetch()
    assert obtained == ["hadoop 3.5.0"]


def test_nothing_is_got_where_nothing_is_wished(project: Path, obtained: list[str]) -> None:
    wish(project, "".join(f"[{name}]\nenabled = false\n" for name in ("hdfs", "yarn", "spark")))
    assert fetch()[-1] == "Nothing to fetch: enabled = false stands in [hdfs]"
    assert obtained == []


def test_a_cluster_with_mistakes_is_refused(project: Path, obtained: list[str]) -> None:
    (project / "cluster.toml").write_text("[spark]\nversion = 4\n")
    result = CliRunner().invoke(main, ["fetch"])
    assert (result.exit_code, obtained) == (1, [])
    assert "spark.version" in result.output
