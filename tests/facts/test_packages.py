"""The packages fact's command on played databases."""

from pathlib import Path

import pytest
from pyinfra.api.exceptions import FactProcessError

from facts.packages import POLICY_MARK, DebianPackages, PackagesState
from tests.facts.shell import on_root, run, tool, write

ROWS = """bash arm64 installed ok 5.2.15-2+b8
curl arm64 config-files ok 7.88.1
libc6 arm64 installed ok 2.36-9
libc6 armhf installed ok 2.36-8
mail-transport-agent  not-installed ok """


def _look(root: Path, packages: list[str], rows: str = ROWS) -> PackagesState:
    (root / "rows").write_text(f"{rows}\n")
    tools = tool(root / "bin", "dpkg-query", f"cat {root}/rows")
    fact = DebianPackages()
    return fact.process(run(on_root(fact.command(packages=packages), root), tools=tools))


def test_versions(tmp_path: Path) -> None:
    packages = ["bash", "curl", "libc6:armhf", "mail-transport-agent", "nope", "bas"]
    assert _look(tmp_path, packages) == {
        "installed": {
            "bash": "5.2.15-2+b8",
            "curl": None,
            "libc6:armhf": "2.36-8",
            "mail-transport-agent": None,
            "nope": None,
            "bas": None,
        },
        "policy_left": False,
        "interrupted": False,
    }


@pytest.mark.parametrize(
    "row",
    [
        "x arm64 half-installed ok 1",
        "x arm64 unpacked ok 1",
        "x arm64 half-configured ok 1",
        "x arm64 triggers-awaited ok 1",
        "x arm64 triggers-pending ok 1",
        "x arm64 installed reinstreq 1",
    ],
)
def test_interrupted(row: str, tmp_path: Path) -> None:
    assert _look(tmp_path, ["bash"], f"{ROWS}\n{row}")["interrupted"] is True


def test_a_journal_left_behind(tmp_path: Path) -> None:
    write(tmp_path, {"/var/lib/dpkg/updates/0001": ""})
    assert _look(tmp_path, ["bash"])["interrupted"] is True


def test_a_policy_left_behind(tmp_path: Path) -> None:
    write(tmp_path, {"/usr/sbin/policy-rc.d": f"#!/bin/sh\n{POLICY_MARK}\nexit 101\n"})
    assert _look(tmp_path, ["bash"])["policy_left"] is True


def test_an_unreadable_database_is_not_an_empty_one(tmp_path: Path) -> None:
    fact = DebianPackages()
    tools = tool(tmp_path / "bin", "dpkg-query", "exit 2")
    with pytest.raises(FactProcessError, match="knows no package"):
        fact.process(run(fact.command(packages=["bash"]), tools=tools))
