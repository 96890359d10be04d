"""`picluster plan --svg`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from picluster.cli import main
from picluster.cli.plan import PICTURES
from picluster.pictures.files import DRAWERS, pictures
from picluster.plan.load import load_config
from picluster.plan.plan import make_plan

EXAMPLE = Path(__file__).parents[2] / "cluster.example.toml"
CONFIG = load_config(EXAMPLE)
DRAWN = pictures(CONFIG, make_plan(CONFIG))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["plan", str(EXAMPLE), *arguments], prog_name="picluster")


def test_the_rack_is_written(tmp_path: Path) -> None:
    file = tmp_path / "rack.svg"
    result = run("--svg", str(file))
    assert (result.exit_code, result.stdout) == (0, f"Wrote {file}.\n")
    assert file.read_text(encoding="utf-8") == DRAWN["rack.svg"]


@pytest.mark.parametrize("name", PICTURES)
def test_each_picture_can_be_printed(name: str) -> None:
    result = run("--svg", "-", "--picture", name)
    assert (result.exit_code, result.stdout) == (0, DRAWN[f"{name}.svg"])


def test_every_picture_can_be_chosen() -> None:
    assert tuple(DRAWERS) == PICTURES


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    result = run("--svg", str(tmp_path / "no" / "rack.svg"))
    assert result.exit_code == 1
    assert "rack.svg cannot be written: No such file or directory" in result.stderr


def test_a_folder(tmp_path: Path) -> None:
    result = run("--svg", str(tmp_path))
    assert result.exit_code == 2
    assert "is a directory" in result.stderr


def test_a_picture_without_a_place() -> None:
    result = run("--picture", "network")
    assert result.exit_code == 2
    assert "--picture needs --svg FILE" in result.stderr
