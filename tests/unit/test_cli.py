"""The helper command, without a process of its own."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from picluster.cli import COMMANDS, main
from picluster.plan.config import json_schema

EXAMPLE = Path(__file__).parents[2] / "cluster.example.toml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="picluster")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_shows_an_example(name: str) -> None:
    module, _, function = COMMANDS[name].partition(":")
    assert isinstance(getattr(importlib.import_module(module), function), click.Command)
    result = run(name, "--help")
    assert result.exit_code == 0
    assert "Example:" in result.output
    assert f"picluster {name}" in result.output


def test_help_lists_every_command() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert all(name in result.output for name in COMMANDS)


def test_version() -> None:
    result = run("--version")
    assert result.exit_code == 0
    assert result.output.startswith("picluster")


def test_unknown_command() -> None:
    result = run("bord")
    assert result.exit_code == 2
    assert "No such command 'bord'" in result.stderr


def test_start_imports_no_command() -> None:
    code = "import sys, picluster.cli; sys.exit('pydantic' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_board_as_json() -> None:
    result = run("board", "a020d3", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "model": "3B+",
        "memory_mb": 1024,
        "soc": "BCM2837",
        "manufacturer": "Sony UK",
        "pcb_revision": "1.3",
        "warranty_void": False,
        "old_style": False,
    }


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("c03111", ["Raspberry Pi 4 Model B (4B)", "4 GB", "BCM2711, 4 x 1800 MHz", "intact"]),
        ("902120", ["512 MB"]),
        ("2a020d3", ["void by overclocking"]),
        ("f03115", ["not told by this code"]),
        ("000e", ["no", "old style"]),
        ("c041c0", ["unknown type 0x1c", "not known"]),
    ],
)
def test_board_as_text(code: str, parts: list[str]) -> None:
    result = run("board", code)
    assert result.exit_code == 0
    assert all(part in result.stdout for part in parts)


def test_board_refuses_without_a_traceback() -> None:
    result = run("board", "pi4")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: 'pi4' is no revision code")


def test_validate_says_what_is_in_the_file() -> None:
    result = run("validate", str(EXAMPLE))
    assert result.exit_code == 0
    assert 'cluster "picluster", 7 boards, 28 cores, 19 GB' in result.stdout
    assert "3 x Raspberry Pi 3 Model B Plus, 1 GB" in result.stdout


def test_validate_names_boards_that_cannot_carry_what_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "cluster.toml"
    file.write_text(EXAMPLE.read_text().replace("# replication = 3", "replication = 8"))
    result = run("validate", str(file))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "hdfs.replication is 8, but 7 boards have a DataNode" in result.stderr


def test_validate_takes_cluster_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("validate")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: cluster.toml has 1 problem:\n"
        "  there is no such file; copy cluster.example.toml to it and fill in your boards\n"
    )


def test_schema() -> None:
    result = run("schema")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == json_schema()
