"""A Swarm of seven, three of them managers: everything that happens to it, and the way back."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docker.models.containers import Container

from picluster.lab import machine
from tests import conftest
from tests.conftest import LabUnderTest
from tests.lab import accidents, deploying, seen, services, swarm_seen, wishing

MANAGERS = {"pi8", "pi4", "pi2a"}
SEVEN = MANAGERS | {"pi2b", "pi1a", "pi1b", "pi1c"}


@pytest.fixture(scope="module")
def converged_seven() -> Iterator[LabUnderTest]:
    """Seven boards of two releases, in one Swarm."""
    with conftest.blank_boards(7, {"pi4": "trixie", "pi1c": "trixie"}) as under_test:
        wishing.without_spark(under_test)
        run = deploying.apply(under_test.environment)
        assert (run.code, run.errors) == (0, 0), run.log
        yield under_test


@pytest.fixture
def seven(converged_seven: LabUnderTest) -> LabUnderTest:
    """The same, healthy before each test."""
    swarm_seen.is_healthy(converged_seven, MANAGERS)
    return converged_seven


@pytest.mark.parametrize("deploy", ["deploys.docker.apply", "deploys.swarm.apply"])
def test_one_service_alone_on_one_worker(seven: LabUnderTest, deploy: str) -> None:
    run = deploying.apply(seven.environment, "--limit", "pi1b", deploy=deploy)
    assert (run.code, run.changes, run.errors) == (0, 0, 0), run.log
    accidents.left_by_hand(seven, "pi1b")
    limited = deploying.apply(seven.environment, "--limit", "pi1b", deploy="deploys.swarm.apply")
    assert (limited.code, limited.errors) == (0, 0), limited.log
    assert set(limited.executed.values()) == {frozenset({"pi1b"})}
    swarm_seen.is_healthy(seven, MANAGERS)


def test_a_worker_with_a_new_card(seven: LabUnderTest) -> None:
    accidents.reflashed(seven, "pi1b")
    run = accidents.mended(seven, MANAGERS)
    assert set().union(*run.executed.values()) == {"pi1b"}


def test_a_manager_with_a_new_card(seven: LabUnderTest) -> None:
    # Not pi4: Portainer's data is there, and another board would set its new server up.
    accidents.reflashed(seven, "pi2a")
    run = accidents.mended(seven, MANAGERS)
    assert set().union(*run.executed.values()) == {"pi2a"}


@pytest.mark.parametrize("accident", [accidents.left_by_hand, accidents.join_timed_out])
def test_a_worker_out_of_the_swarm(
    seven: LabUnderTest, accident: Callable[[LabUnderTest, str], None]
) -> None:
    accident(seven, "pi1c")
    run = accidents.mended(seven, MANAGERS)
    assert set().union(*run.executed.values()) == {"pi1c"}


def test_labels(seven: LabUnderTest) -> None:
    node = swarm_seen.node_id(seven.boards, "pi2b")
    seen.shell(
        swarm_seen.manager(seven.boards),
        f"docker node update --label-rm pi.model --label-add mine=1 {node}",
    )
    run = accidents.mended(seven, MANAGERS)
    assert run.executed == {"Swarm | Set labels and availability": frozenset({"pi2b"})}
    assert swarm_seen.labels(seven.boards, "pi2b")["mine"] == "1"


def test_settings_edited_by_hand_and_in_force(seven: LabUnderTest) -> None:
    for name in ("pi1a", "pi2a"):
        seen.shell(
            seven.boards[name],
            'sed -i \'s/"10m"/"99m"/\' /etc/docker/daemon.json && systemctl restart docker',
        )
    run = accidents.mended(seven, MANAGERS)
    assert set().union(*run.executed.values()) == {"pi1a", "pi2a"}
    for name in ("pi1a", "pi2a"):
        assert "99m" not in seen.shell(seven.boards[name], "cat /etc/docker/daemon.json")


@pytest.mark.parametrize("names", [("pi1a",), ("pi8",), ("pi4", "pi2a")], ids=" ".join)
def test_engines_stopped(seven: LabUnderTest, names: tuple[str, ...]) -> None:
    """Also of two managers, without whom there is no quorum until the run has started them."""
    for name in names:
        seen.shell(seven.boards[name], "systemctl stop docker.socket docker.service")
    run = accidents.mended(seven, MANAGERS)
    assert run.executed == {"Docker | Start Docker": frozenset(names)}


def test_what_no_manager_can_tell_is_seen_when_their_engines_run(seven: LabUnderTest) -> None:
    """The known case in which a run does more than its dry run announced."""
    node = swarm_seen.node_id(seven.boards, "pi1a")
    seen.shell(seven.boards["pi8"], f"docker node update --label-rm pi.model {node}")
    for name in ("pi4", "pi2a"):
        seen.shell(seven.boards[name], "systemctl stop docker.socket docker.service")
    dry = deploying.dry_run(seven.environment)
    started = {"Docker | Start Docker": frozenset({"pi4", "pi2a"})}
    assert (dry.code, dry.announced) == (0, started), dry.log
    run = deploying.apply(seven.environment)
    assert run.executed == started | {"Swarm | Set labels and availability": frozenset({"pi1a"})}, (
        run.log
    )
    swarm_seen.is_healthy(seven, MANAGERS)


def test_docker_purged_with_its_data_kept(seven: LabUnderTest) -> None:
    before = swarm_seen.node_id(seven.boards, "pi1a")
    # docker.io leaves a script for its own purge, which would delete the data.
    seen.shell(
        seven.boards["pi1a"],
        "set -e; export DEBIAN_FRONTEND=noninteractive; "
        "systemctl stop docker.socket docker.service;"
        "apt-get remove -y -q docker.io >/dev/null; rm /var/lib/docker/nuke-graph-directory.sh;"
        "apt-get purge -y -q docker.io containerd runc >/dev/null;"
        "test -d /var/lib/docker/swarm; ! command -v dockerd",
    )
    accidents.mended(seven, MANAGERS)
    assert swarm_seen.node_id(seven.boards, "pi1a") == before


def test_all_boards_rebooted_at_once(seven: LabUnderTest) -> None:
    seven.lab.reboot_all()
    run = deploying.apply(seven.environment)
    assert (run.code, run.changes, run.errors) == (0, 0, 0), run.log
    swarm_seen.is_healthy(seven, MANAGERS)


def test_the_leader_loses_its_power_during_a_run(seven: LabUnderTest) -> None:
    leader = next(
        node["Description"]["Hostname"]
        for node in swarm_seen.nodes(seven.boards)
        if (node.get("ManagerStatus") or {}).get("Leader")
    )
    for name in ("pi1a", "pi1b", "pi1c"):
        accidents.left_by_hand(seven, name)
    run = _during(
        seven, r"Starting operation: Swarm \| Join", lambda: machine.cut_power(seven.boards[leader])
    )
    assert run.returncode == 1, run.stderr
    assert "Traceback" not in run.stderr
    machine.start(seven.boards[leader])
    accidents.wait_for(
        lambda: swarm_seen.summary_of(seven.boards, leader) == "ready manager reachable",
        f"{leader} does not come back",
    )
    accidents.mended(seven, MANAGERS)


def _during(
    under_test: LabUnderTest, moment: str, action: Callable[[], None]
) -> subprocess.CompletedProcess[str]:
    """A run in which something happens when a line of its log is reached."""
    process = subprocess.Popen(
        deploying.command("-y"),
        cwd=deploying.ROOT,
        env=os.environ | under_test.environment | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    log, happened = [], False
    for line in process.stderr:
        log.append(line)
        if not happened and re.search(moment, line):
            happened = True
            action()
    assert happened, "".join(log)
    return subprocess.CompletedProcess(process.args, process.wait(), "", "".join(log))


FAILS = "/etc/systemd/system/docker.service.d/zz-fails.conf"


def test_the_first_board_of_a_roll_fails_and_the_roll_stops(
    seven: LabUnderTest, tmp_path: Path
) -> None:
    started = {name: _engine(board) for name, board in seven.boards.items()}
    for board in seven.boards.values():
        seen.shell(
            board,
            f"printf '[Service]\\nExecStartPre=/bin/false\\n' >{FAILS}; systemctl daemon-reload",
        )
    text = seven.lab.cluster_toml.read_text()
    seven.lab.cluster_toml.write_text(_with_larger_logs(text))
    try:
        dry = deploying.dry_run(seven.environment)
        roll = "Docker | Upgrade or restart Docker, one board at a time"
        assert dry.announced[roll] == SEVEN
        run = deploying.apply(seven.environment)
        assert run.code == 1
        running = {name: _engine(board) for name, board in seven.boards.items()}
        failed = {name for name in SEVEN if running[name] != started[name]}
        assert len(failed) == 1, "the roll went on"
        assert run.log.count(f"{failed.pop()} did not end its step well") == 6
        for board in seven.boards.values():
            seen.shell(board, f"rm {FAILS}; systemctl daemon-reload")
        mended = deploying.apply(seven.environment)
        assert (mended.code, mended.errors) == (0, 0), mended.log
        swarm_seen.is_healthy(seven, MANAGERS)
        for name, board in seven.boards.items():
            assert _engine(board) not in (started[name], "0")
    finally:
        seven.lab.cluster_toml.write_text(text)
    accidents.mended(seven, MANAGERS)


def _engine(board: Container) -> str:
    """The engine's process, 0 where none runs."""
    return seen.shell(board, "systemctl show -p MainPID --value docker").strip()


def _with_larger_logs(text: str) -> str:
    changed = text.replace('log_max_size = "10m"', 'log_max_size = "11m"')
    assert changed != text
    return changed


def test_two_of_three_managers_gone_for_good(seven: LabUnderTest) -> None:
    for board in seven.boards.values():
        services.make_image(board)
    services.create(swarm_seen.manager(seven.boards), "kept", "pi.model==3B+", 3)
    node = swarm_seen.node_id(seven.boards, "pi1a")
    seen.shell(swarm_seen.manager(seven.boards), f"docker node update --label-add mine=kept {node}")
    early = deploying.apply(
        seven.environment, "--data", "survivor=pi2a", deploy="deploys.swarm.recover"
    )
    assert (early.code, early.changes) == (1, 0)
    assert "there is nothing to recover" in early.log

    for name in ("pi8", "pi4"):
        machine.cut_power(seven.boards[name])
    refused = deploying.apply(seven.environment)
    assert (refused.code, refused.output) == (1, {}) or refused.changes == 0
    assert "deploys.swarm.recover --data survivor=pi2a" in refused.log
    unnamed = deploying.apply(seven.environment, deploy="deploys.swarm.recover")
    assert unnamed.code == 1
    assert "--data survivor=NAME" in unnamed.log
    survivor = ("--data", "survivor=pi2a")
    dry = deploying.dry_run(seven.environment, *survivor, deploy="deploys.swarm.recover")
    assert dry.announced == {"Recover the Swarm | Go on from one manager": frozenset({"pi2a"})}
    run = deploying.apply(seven.environment, *survivor, deploy="deploys.swarm.recover")
    assert run.executed == dry.announced, run.log

    accidents.reflashed(seven, "pi8")  # a new card
    accidents.reflashed(seven, "pi4")
    accidents.mended(seven, MANAGERS)
    assert swarm_seen.node_id(seven.boards, "pi1a") == node
    assert swarm_seen.labels(seven.boards, "pi1a")["mine"] == "kept"
    services.is_running(seven.boards, "kept", 3)
    services.remove(swarm_seen.manager(seven.boards), "kept")


def test_managers_that_come_back_after_a_recovery(seven: LabUnderTest) -> None:
    """They had their power cut, hold the old state, and believe to be managers still."""
    gone = ("pi8", "pi4")
    for name in gone:
        machine.cut_power(seven.boards[name])
    run = deploying.apply(
        seven.environment, "--data", "survivor=pi2a", deploy="deploys.swarm.recover"
    )
    assert run.executed == {"Recover the Swarm | Go on from one manager": frozenset({"pi2a"})}
    for name in gone:
        machine.start(seven.boards[name])
    mended = deploying.apply(seven.environment)
    assert (mended.code, mended.errors) == (0, 0), mended.log
    swarm_seen.is_healthy(seven, MANAGERS)


def test_fewer_managers_and_more_again(seven: LabUnderTest) -> None:
    text = seven.lab.cluster_toml.read_text()
    for count, managers in (("1", {"pi8"}), ("5", MANAGERS | {"pi2b", "pi1a"})):
        changed = text.replace("managers = 3", f"managers = {count}")
        assert changed != text
        seven.lab.cluster_toml.write_text(changed)
        accidents.mended(seven, managers)
    seven.lab.cluster_toml.write_text(text)
    accidents.mended(seven, MANAGERS)
