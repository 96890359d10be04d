"""Power and speed in `picluster plan`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from picluster.cli import main

EXAMPLE = Path(__file__).parents[2] / "cluster.example.toml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["plan", *arguments], prog_name="picluster")


def declared(folder: Path, *lines: str) -> str:
    """The example with these lines in its [power]."""
    file = folder / "cluster.toml"
    file.write_text(EXAMPLE.read_text().replace("[power]\n", "\n".join(("[power]", *lines, ""))))
    return str(file)


def test_the_sums_are_shown_with_the_plan() -> None:
    result = run(str(EXAMPLE))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "│ supply needed            │ 73.8 W" in result.stdout
    assert "│ speed, as published      │ 47.6 GFLOPS" in result.stdout


def test_board_by_board() -> None:
    result = run(str(EXAMPLE), "--power")
    assert result.exit_code == 0
    lines = [[cell.strip() for cell in line.split("│")] for line in result.stdout.splitlines()]
    rows = {line[1]: line[2:-1] for line in lines if len(line) == 10}
    figures = ["3.1 W", "7.2 W", "1.4 A", "15.3 W", "11.9", "1000 Mbit/s"]
    assert rows["pi8"] == ["4B 8 GB", *figures]
    assert rows["pi1a"][-2:] == ["≤ 3.8", "300 Mbit/s"]
    assert len(rows) == 7


@pytest.mark.parametrize("option", [[], ["--power"], ["--explain", "pi4"]])
def test_a_supply_that_is_too_small_is_a_warning(tmp_path: Path, option: list[str]) -> None:
    result = run(declared(tmp_path, "supply_watts = 40"), *option)
    assert result.exit_code == 0
    assert result.stderr.startswith("Warning: the supply gives 40 W, and the boards take 49 W")
    assert result.stderr.count("\n") == 1


def test_the_declared_supply_is_shown(tmp_path: Path) -> None:
    result = run(declared(tmp_path, "supply_ports = 7", "port_amperes = 2.4"))
    assert "│ supply declared          │ 84.0 W" in result.stdout
    assert result.stderr == ""


def test_in_json_warnings_are_data(tmp_path: Path) -> None:
    result = run(declared(tmp_path, "supply_ports = 6"), "--json")
    assert result.stderr == ""
    (text,) = json.loads(result.stdout)["power"]["warnings"]
    assert text.startswith("the supply has 6 ports for 7 boards")
