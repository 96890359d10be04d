"""What the fact tells of a unit's program, and of what lies beside it, asked in a real shell."""

from pathlib import Path

import pytest

from facts.service import Services
from tests.facts.shell import on_root, run, tool, write

UNIT_FILE = "/etc/systemd/system/demo.service"
SHOWN = "ActiveState=inactive\\nUnitFileState=\\nNeedDaemonReload=no\\nInvocationID=\\n"
SHOWN += "FragmentPath=\\nDropInPaths=\\n"


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """A board with systemd, and a few files."""
    tool(tmp_path / "bin", "systemctl", f"printf '{SHOWN}'")
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    return write(
        tmp_path,
        {UNIT_FILE: "", "/etc/systemd/system/x.d/y.conf": "", "/etc/shadow": "", "/var/a/b": ""},
    )


def _there(board: Path, *paths: str) -> list[str]:
    fact = Services()
    command = on_root(fact.command(units=["demo.service"], paths=list(paths)), board)
    found = fact.process(run(command, tools=board / "bin"))
    return found["paths"]


def test_folders_are_told(board: Path) -> None:
    assert _there(board, "/var/a", "/var/none") == ["/var/a"]


def test_of_files_only_units_are_told(board: Path) -> None:
    """What is told may be removed: no slip must cost a system a file of its own."""
    units = [UNIT_FILE, "/etc/systemd/system/x.d/y.conf"]
    assert _there(board, *units, "/etc/shadow", "/var/a/b") == units


def test_folders_of_units_and_links_are_not_told(board: Path) -> None:
    (board / "var/link").symlink_to(board / "var/a")
    (board / "etc/systemd/system/link.service").symlink_to("/dev/null")
    paths = ["/etc/systemd/system/x.d", "/var/link", "/etc/systemd/system/link.service"]
    assert _there(board, *paths) == []


@pytest.mark.parametrize(
    ("program", "is_replaced"), [("/usr/sbin/demo (deleted)", True), ("/usr/sbin/demo", False)]
)
def test_a_program_that_was_replaced_is_told(board: Path, program: str, is_replaced: bool) -> None:
    tool(board / "bin", "systemctl", f'case $* in *MainPID*) echo 7 ;; *) printf "{SHOWN}" ;; esac')
    (board / "proc/7").mkdir(parents=True)
    (board / "proc/7/exe").symlink_to(program)
    fact = Services()
    command = on_root(fact.command(units=["demo.service"]), board)
    found = fact.process(run(command, tools=board / "bin"))
    assert found["units"]["demo.service"]["replaced"] is is_replaced
