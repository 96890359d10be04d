"""From blank boards to a cluster's base: preview, run, run again, reboot."""

from tests.conftest import History, LabUnderTest
from tests.lab import deploying, hadoop_seen, seen


def test_the_dry_run_on_blank_boards_works_and_changes_nothing(history: History) -> None:
    assert history.dry.code == 0, history.dry.log
    for name, blank in history.blank.items():
        assert len(blank) > 5000, "that is no disk of a Debian system"
        assert sorted(history.after_dry[name] ^ blank) == []


def test_the_dry_run_announces_what_the_run_then_does(history: History) -> None:
    assert history.first.code == 0, history.first.log
    assert history.first.executed == history.dry.announced
    assert history.dry.announced["Base | Reboot into what is wished"] == {"pi8", "pi2a", "pi1a"}


def test_the_second_run_changes_nothing(history: History) -> None:
    assert (history.second.code, history.second.changes, history.second.errors) == (0, 0, 0)
    assert history.second.executed == {}


def test_the_dry_run_of_a_converged_cluster_announces_nothing(converged: LabUnderTest) -> None:
    dry = deploying.dry_run(converged.environment)
    assert (dry.code, dry.announced) == (0, {})


def test_names_lead_to_the_lan_on_every_board(converged: LabUnderTest) -> None:
    addresses = {"pi8": "192.168.{}.11", "pi2a": "192.168.{}.13", "pi1a": "192.168.{}.15"}
    for name, board in converged.boards.items():
        for other, pattern in addresses.items():
            found = seen.shell(board, f"getent ahostsv4 {other} | cut -d ' ' -f 1 | sort -u")
            third = found.strip().split(".")[2]
            assert found.strip() == pattern.format(third), f"{other} seen from {name}"
        assert "127.0.1.1" not in seen.shell(board, "cat /etc/hosts")
        assert seen.shell(board, "hostname").strip() == name
        assert seen.shell(board, "cat /etc/hostname").strip() == name


def test_a_memory_limit_is_enforced(converged: LabUnderTest) -> None:
    # dd fills a buffer of 60 MB: where only 20 are allowed, the kernel must end it.
    script = (
        "systemd-run --wait --quiet -p MemoryMax={}M -p MemorySwapMax=0 "
        "dd if=/dev/zero of=/dev/null bs=60M count=1 >/dev/null 2>&1; echo $?"
    )
    for name, board in converged.boards.items():
        assert seen.shell(board, script.format(20)).strip() != "0", f"{name} lets a unit exceed it"
        assert seen.shell(board, script.format(120)).strip() == "0", f"{name}: dd does not run"


def test_the_owners_computer_keeps_its_own_settings(converged: LabUnderTest) -> None:
    for board in converged.boards.values():
        assert seen.shell(board, "cat /proc/sys/kernel/panic").strip() == "10"
    with open("/proc/swaps", encoding="ascii") as swaps:
        assert "zram" not in swaps.read()


def test_each_board_has_the_memory_that_its_graphics_gave_back(converged: LabUnderTest) -> None:
    board = converged.boards["pi1a"]
    total = int(seen.shell(board, "sed -n 's/^MemTotal: *\\([0-9]*\\).*/\\1/p' /proc/meminfo"))
    assert total == 931_400 + 60 * 1024


def test_nothing_changes_after_all_boards_rebooted(converged: LabUnderTest) -> None:
    converged.lab.reboot_all()
    again = deploying.apply(converged.environment)
    assert (again.code, again.changes, again.errors) == (0, 0, 0), again.executed


def test_nothing_changes_two_hours_later(converged: LabUnderTest) -> None:
    # What ages on a board that nobody touches is apt's view of the archive.
    for board in converged.boards.values():
        seen.shell(
            board, "find /var/lib/apt/lists /var/cache/apt -exec touch -d '2 hours ago' {} +"
        )
    again = deploying.apply(converged.environment)
    assert (again.code, again.changes, again.errors) == (0, 0, 0), again.executed


def test_one_service_and_one_board_alone(converged: LabUnderTest) -> None:
    alone = deploying.run(
        converged.environment, "-y", "--limit", "pi1a", deploy="deploys.base.apply"
    )
    assert (alone.code, alone.changes, alone.errors) == (0, 0, 0), alone.log
    assert {o["hosts"] for o in alone.output["results"]["operations"]} == {1}


def test_a_second_run_asks_each_board_a_bounded_number_of_times(
    converged: LabUnderTest,
) -> None:
    head = hadoop_seen.head(converged)
    before = {name: seen.sessions(board) for name, board in converged.boards.items()}
    assert deploying.apply(converged.environment).code == 0
    for name, board in converged.boards.items():
        asked = seen.sessions(board) - before[name]
        assert 5 < asked <= (60 if board == head else 40), f"{name} was asked {asked} times"
