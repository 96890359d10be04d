"""What is known of an archive before it is there."""

import subprocess
import sys

import pytest

from picluster.artefacts import HADOOP, Archive

SUM = "ab" * 32


def test_its_names_hold_its_version_and_its_content() -> None:
    archive = Archive("demo", "1.2", SUM, 5)
    assert archive.folder_name == "demo-1.2-abababababab"
    assert archive.file_name == "demo-1.2-abababababab.tar"
    assert archive.to_json() == {"name": "demo", "version": "1.2", "sha256": SUM, "size": 5}


def test_hadoop_is_pinned() -> None:
    assert (HADOOP.name, HADOOP.version) == ("hadoop", "3.5.0")
    assert HADOOP.size % 512 == 0
    assert 90e6 < HADOOP.size < 130e6


@pytest.mark.parametrize(
    ("name", "version", "sum_"),
    [
        ("../x", "1", SUM),
        ("a b", "1", SUM),
        ("", "1", SUM),
        ("a", "1/../2", SUM),
        ("a", "..", SUM),
        ("a", "1;id", SUM),
        ("a", "1\n", SUM),
        ("a", "1", "abc"),
        ("a", "1", SUM.upper()),
    ],
)
def test_one_that_could_mean_another_path_is_none(name: str, version: str, sum_: str) -> None:
    with pytest.raises(ValueError, match="belongs to no archive"):
        Archive(name, version, sum_, 1)


def test_a_plan_can_know_it_without_pyinfra() -> None:
    code = "import picluster.artefacts, sys; assert 'pyinfra' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
