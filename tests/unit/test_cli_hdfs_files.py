"""`picluster put`, `get` and `ls`, without a process of their own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from picluster.cli import main
from picluster.plan.load import load_config
from picluster.plan.plan import make_plan
from tests.unit.webhdfs.played import Hdfs, played

EXAMPLE = Path(__file__).parents[2] / "cluster.example.toml"


@pytest.fixture
def hdfs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hdfs]:
    plan = make_plan(load_config(EXAMPLE))
    monkeypatch.chdir(tmp_path)
    with played() as (found, client):
        for command in ("put", "get", "ls"):
            monkeypatch.setattr(f"picluster.cli.{command}.own_hdfs", lambda: (client, plan))
        yield found


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="picluster")


def test_one_path_goes_into_the_own_folder(hdfs: Hdfs) -> None:
    Path("a.txt").write_text("content")
    result = run("put", "a.txt")
    assert (result.exit_code, hdfs.files) == (0, {"/user/pi/a.txt": b"content"})
    assert result.output == "a.txt -> /user/pi/a.txt (7 bytes)\n"
    again = run("put", "a.txt")
    assert (again.exit_code, "--force" in again.output) == (1, True)
    assert run("put", "--force", "a.txt").exit_code == 0
    assert run("get", "a.txt", "b.txt").exit_code == 0
    assert Path("b.txt").read_text() == "content"


def test_listing(hdfs: Hdfs) -> None:
    hdfs.files |= {"/user/pi/b": b"x" * 2000, "/user/pi/a\nc": b""}
    hdfs.folders.add("/user/pi/folder")
    lines = run("ls").output.splitlines()
    assert [line.split()[-1] for line in lines] == [r"'a\nc'", "b", "folder/"]
    assert lines[1].strip().startswith("2.0 kB  pi  20")
    (first, *_) = json.loads(run("ls", "--json").output)
    assert (first["name"], first["length"], first["kind"]) == ("a\nc", 0, "FILE")
    assert run("ls", "folder").output == "/user/pi/folder is empty.\n"
    missing = run("ls", "nothing")
    assert (missing.exit_code, "no /user/pi/nothing" in missing.output) == (1, True)


@pytest.mark.parametrize("words", [["put"], ["get"], ["get", "a", "b", "c"], ["ls", "a", "b"]])
def test_wrong_usage(hdfs: Hdfs, words: list[str]) -> None:
    assert run(*words).exit_code == 2
    assert not hdfs.asked
