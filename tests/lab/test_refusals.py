"""Boards that must not be touched: named in dry run and run, and the others served all the same.

More: tests/shards/test_refusals.py.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from picluster import known_hosts, project
from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import deploying, seen

QUICK = ("--data", "clock_wait_seconds=2")


def refused(under_test: LabUnderTest, victim: str, *expected: str) -> None:
    """Dry run and run both name the victim and what to do, exit 1, and mend another board."""
    other = under_test.boards["pi8"]
    seen.shell(other, "ln -sf /usr/share/zoneinfo/Asia/Tokyo /etc/localtime")
    change = {"Base | Set the time zone": frozenset({"pi8"})}

    dry = deploying.dry_run(under_test.environment, *QUICK)
    assert dry.code == 1
    assert dry.announced == change
    run = deploying.apply(under_test.environment, *QUICK)
    assert run.code == 1
    assert run.executed == change
    for log in (dry.log, run.log):
        assert "Traceback" not in log
        for words in expected:
            assert words in log, log
    assert seen.shell(other, "readlink /etc/localtime").strip().endswith("/Etc/UTC")
    assert f"[{victim}]" in dry.log


def declared_otherwise(
    under_test: LabUnderTest, folder: Path, true: str, false: str
) -> LabUnderTest:
    """The same boards under a cluster.toml that says something false of them."""
    declared = Path(under_test.environment["PICLUSTER_CONFIG"]).read_text()
    wrong = folder / "cluster.toml"
    wrong.write_text(declared.replace(true, false))
    return LabUnderTest(under_test.lab, under_test.environment | {"PICLUSTER_CONFIG": str(wrong)})


def test_a_board_of_another_revision(converged: LabUnderTest, tmp_path: Path) -> None:
    # As strong as the one that is there, and in the same rack: so no other board's plan changes.
    true = 'model = "4B"\nmemory_gb = 2'
    elsewhere = declared_otherwise(converged, tmp_path, true, true.replace("4B", "5"))
    board = converged.boards["pi2a"]
    before = seen.result(board)
    refused(elsewhere, "pi2a", "declared as a 5,", "revision b03115", 'node "pi2a" in cluster.toml')
    assert seen.result(board) == before


def test_a_clock_that_becomes_right_while_the_deploy_waits(converged: LabUnderTest) -> None:
    board = converged.boards["pi1a"]
    machine.run(board, "/usr/lib/picluster-lab/hardware", "skew", "-3600")
    # Set right by something else, as a time server does, once the deploy has asked.
    seen.shell(
        board,
        "(while ! pgrep -f 'left=[0-9]+' >/dev/null; do sleep 0.1; done; sleep 1; "
        "/usr/lib/picluster-lab/hardware skew 0) >/dev/null 2>&1 &",
    )
    run = deploying.apply(converged.environment, "--data", "clock_wait_seconds=60")
    assert (run.code, run.changes) == (0, 0), run.log


@contextmanager
def another_key_known(under_test: LabUnderTest, name: str) -> Iterator[None]:
    """The project trusts another key for this board than it has, as after a card's replacement."""
    address = machine.board_of(under_test.boards[name]).address
    other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVyBmSpYWGJB4YVMBZzgYCCwAyQnsVJfmYSYkLZz0Xq"
    known_hosts.replace(project.known_hosts_file(), address, [other])
    try:
        yield
    finally:
        under_test.lab.trust([under_test.boards[name]])


def test_a_wrong_host_key(converged: LabUnderTest) -> None:
    with another_key_known(converged, "pi1a"):
        refused(converged, "pi1a", "not the key that pi1a", "picluster trust pi1a")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda text: "", "is empty; copy cluster.example.toml"),
        (lambda text: text.replace("[network]", "[netwerk]"), 'did you mean "network"?'),
        (lambda text: text + "\n[[node", "line"),
    ],
    ids=["empty", "misspelt", "not TOML"],
)
def test_a_config_with_problems(
    converged: LabUnderTest, tmp_path: Path, spoil: Callable[[str], str], words: str
) -> None:
    wrong = tmp_path / "cluster.toml"
    wrong.write_text(spoil(Path(converged.environment["PICLUSTER_CONFIG"]).read_text()))
    dry = deploying.dry_run(converged.environment | {"PICLUSTER_CONFIG": str(wrong)})
    assert dry.code == 1
    assert words in dry.log, dry.log
    assert "Traceback" not in dry.log
    assert "Connecting" not in dry.log
