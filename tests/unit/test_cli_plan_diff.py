"""`picluster plan --diff`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from picluster.cli import main

EXAMPLE = Path(__file__).parents[2] / "cluster.example.toml"
OLD = EXAMPLE.read_text().replace('name = "pi1c"', 'name = "pi9"')


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(main, ["plan", *arguments], prog_name="picluster", input=stdin)


def test_nothing_changes() -> None:
    result = run(str(EXAMPLE), "--diff", str(EXAMPLE))
    assert (result.exit_code, result.stdout) == (0, "The plans are the same.\n")


def test_something_changes() -> None:
    result = run(str(EXAMPLE), "--diff", "-", stdin=OLD.replace("memory_gb = 4", "memory_gb = 8"))
    assert result.exit_code == 3
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in result.stdout.splitlines()]
    assert ["pi1c", "joins", "-"] in [row[:3] for row in rows]
    assert [["pi9", "leaves"], "-"] in [[row[:2], *row[3:]] for row in rows]
    assert ["pi4", "board", "4B 8 GB", "4B 4 GB"] in rows
    assert ["the cluster", "memory", "23 GB", "19 GB"] in rows


def test_as_json() -> None:
    result = run(str(EXAMPLE), "--diff", "-", "--json", stdin=OLD)
    assert result.exit_code == 3
    shown = json.loads(result.stdout)
    assert (shown["changed"], shown["joining"], shown["leaving"]) == (True, ["pi1c"], ["pi9"])
    told = [change["what"] for change in shown["boards"] if change["name"] == "pi1c"]
    assert {"board", "roles", "YARN", "vcores"} <= set(told)
    same = run(str(EXAMPLE), "--diff", str(EXAMPLE), "--json")
    assert (same.exit_code, json.loads(same.stdout)["changed"]) == (0, False)


@pytest.mark.parametrize(
    ("stdin", "words"),
    [
        ("", "is empty; copy cluster.example.toml"),
        ("nodes = 7", "standard input has "),
        (b"\xff\xfe", "is not text in UTF-8"),
    ],
)
def test_an_input_that_is_no_cluster(stdin: str | bytes, words: str) -> None:
    result = run(str(EXAMPLE), "--diff", "-", stdin=stdin)
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr
    assert "standard input" in result.stderr


def test_a_cluster_that_has_no_plan() -> None:
    old = OLD.replace("# replication = 3", "replication = 8")
    result = run(str(EXAMPLE), "--diff", "-", stdin=old)
    assert result.exit_code == 1
    assert "no plan to compare with, in standard input" in " ".join(result.stderr.split())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = run(str(EXAMPLE), "--diff", str(tmp_path / "other.toml"))
    assert result.exit_code == 1
    assert "there is no such file" in result.stderr


def test_options_that_do_not_go_together() -> None:
    result = run(str(EXAMPLE), "--diff", "-", "--svg", "-")
    assert result.exit_code == 2
    assert "--diff and --svg show different things; give one of them" in result.stderr


def test_a_board_that_joins_is_told_of_in_one_row() -> None:
    text = run(
        str(EXAMPLE), "--diff", "-", stdin=EXAMPLE.read_text().rpartition("[[node]]")[0]
    ).stdout
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines()]
    told = "3B+ 1 GB, datanode nodemanager, YARN 256 MiB, vcores 2"
    assert [row for row in rows if row and row[0] == "pi1c"] == [["pi1c", "joins", "-", told]]
