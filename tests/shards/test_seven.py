"""The whole cluster of the example: seven boards from blank to converged."""

import re
from collections.abc import Iterator

import pytest

from picluster.lab import machine
from picluster.lab.lab import LabError
from tests import conftest
from tests.conftest import LabUnderTest
from tests.lab import deploying, seen

SEVEN = frozenset({"pi8", "pi4", "pi2a", "pi2b", "pi1a", "pi1b", "pi1c"})
AGENTS = "Portainer | Restart agents that lost each other"


@pytest.fixture(scope="module")
def seven() -> Iterator[LabUnderTest]:
    """Seven blank boards, of two releases; those that run Spark of one."""
    with conftest.blank_boards(3) as under_test:
        under_test.lab.up(7, {"pi1b": "trixie", "pi1c": "trixie"})  # a small lab grows
        yield under_test


def test_seven_blank_boards_of_two_releases_converge(seven: LabUnderTest) -> None:
    for board in seven.boards.values():
        seen.let_sudo_be_used_once(board)
    blank = {name: seen.disk(board) for name, board in seven.boards.items()}
    dry = deploying.dry_run(seven.environment)
    assert dry.code == 0, dry.log
    for name, board in seven.boards.items():
        assert sorted(seen.disk(board) ^ blank[name]) == []

    first = deploying.apply(seven.environment)
    assert (first.code, first.errors) == (0, 0), first.log
    assert first.executed == dry.announced
    assert first.executed["Base | Reboot into what is wished"] == SEVEN
    second = deploying.apply(seven.environment)
    assert (second.code, second.changes, second.errors) == (0, 0, 0), second.executed


def test_a_lab_does_not_shrink_unasked(seven: LabUnderTest) -> None:
    with pytest.raises(LabError, match="A lab of 7 boards is up; take it down first"):
        seven.lab.up(3, {})
    assert len(seven.boards) == 7


def test_a_model_group_is_a_limit(seven: LabUnderTest) -> None:
    run = deploying.apply(seven.environment, "--limit", "pi_3b_plus")
    assert (run.code, run.changes, run.errors) == (0, 0, 0), run.log
    # Others are asked, too: managers, the NameNode's board. Nothing is done on them.
    served = set(re.findall(r"\[(\w+)\]\s+No changes", run.log))
    assert served == {name for name in SEVEN if name.startswith("pi1")}


def test_a_dead_board_does_not_keep_the_others_from_a_change(seven: LabUnderTest) -> None:
    machine.cut_power(seven.boards["pi1b"])
    for name in SEVEN - {"pi1b"}:
        seen.shell(seven.boards[name], "echo old > /etc/hosts")
    run = deploying.apply(seven.environment)
    assert (run.code, run.executed) == (
        1,
        {"Base | Write /etc/hosts and apt's proxy": SEVEN - {"pi1b"}},
    )
    machine.start(seven.boards["pi1b"])
    again = deploying.apply(seven.environment)
    assert (again.code, again.changes) == (0, 0)


def test_nothing_changes_after_a_power_cut_of_the_whole_rack(seven: LabUnderTest) -> None:
    seven.lab.reboot_all()
    run = deploying.apply(seven.environment)
    # docs/reliability.md: agents that start at the same moment may lose each other.
    assert (run.code, run.errors, run.executed.keys() - {AGENTS}) == (0, 0, set()), run.executed
    again = deploying.apply(seven.environment)
    assert (again.code, again.changes, again.errors) == (0, 0, 0), again.executed


def test_swap_in_memory_and_none_again_with_all_boards_rebooting_at_once(
    seven: LabUnderTest,
) -> None:
    declared = seven.lab.cluster_toml.read_text()
    wished = declared.replace('swap = "none"', 'swap = "zram"')
    together = wished.replace('reboot = "one-by-one"', 'reboot = "together"')
    assert len({declared, wished, together}) == 3
    for text, expected in ((together, "/dev/zram0"), (declared, "")):
        seven.lab.cluster_toml.write_text(text)
        dry = deploying.dry_run(seven.environment)
        assert dry.announced["Base | Set up swap"] == SEVEN
        assert dry.announced["Base | Reboot into what is wished"] == SEVEN
        run = deploying.apply(seven.environment)
        # docs/reliability.md: agents that start at the same moment may lose each other.
        executed = {name: boards for name, boards in run.executed.items() if name != AGENTS}
        assert (run.code, executed) == (0, dry.announced), run.log
        assert ("Starting serial operation" in run.log) == (text == declared)
        assert deploying.apply(seven.environment).changes == 0
        for board in seven.boards.values():
            swaps = seen.shell(board, "sed -n '2,$s/ .*//p' /proc/swaps").strip()
            assert swaps == expected
