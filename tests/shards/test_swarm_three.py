"""The Swarm of three boards: what is done to it and is left out of `make test`."""

from collections.abc import Callable

import pytest

from picluster.lab import machine
from tests.conftest import History, LabUnderTest
from tests.lab import accidents, deploying, seen, swarm_seen
from tests.lab.refusing import refused_everywhere
from tests.lab.test_swarm import THREE

ACCIDENTS: dict[str, Callable[[LabUnderTest, str], None]] = {
    "left by hand": accidents.left_by_hand,
    "a join timed out": accidents.join_timed_out,
}


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_one_plain_run_mends(converged: LabUnderTest, accident: str) -> None:
    ACCIDENTS[accident](converged, "pi1a")
    run = accidents.mended(converged, THREE)
    assert set(run.executed) == {
        "Swarm | Remove stale entries",
        "Swarm | Join the Swarm",
        "Swarm | Promote to manager",
        "Swarm | Set labels and availability",
    }
    assert set().union(*run.executed.values()) == {"pi1a"}


def test_a_manager_in_another_swarm(converged: LabUnderTest) -> None:
    accidents.left_by_hand(converged, "pi1a")
    seen.shell(converged.boards["pi1a"], "docker swarm init --advertise-addr eth0")
    refused_everywhere(converged, "different swarms", "pi1a in ", "sudo docker swarm leave --force")
    seen.shell(converged.boards["pi1a"], "docker swarm leave --force")
    accidents.mended(converged, THREE)


def test_a_lost_quorum(converged: LabUnderTest) -> None:
    gone = ("pi8", "pi2a")
    for name in gone:
        machine.cut_power(converged.boards[name])
    # A leader takes some ten seconds to notice that it is alone.
    left = converged.boards["pi1a"]
    accidents.wait_for(
        lambda: machine.run(left, "timeout", "5", "docker", "node", "ls")[0] != 0,
        "it still manages the Swarm",
    )
    try:
        refused_everywhere(
            converged,
            "lost its quorum",
            "2 of its 3 managers",
            "deploys.swarm.recover --data survivor=pi1a",
        )
    finally:
        for name in gone:
            machine.start(converged.boards[name])
    accidents.mended(converged, THREE)


def test_a_stopped_engine_does_not_hide_a_second_difference(converged: LabUnderTest) -> None:
    boards = converged.boards
    node = swarm_seen.node_id(boards, "pi1a")
    seen.shell(boards["pi8"], f"docker node update --label-rm pi.model {node}")
    seen.shell(boards["pi1a"], "systemctl stop docker.socket docker.service")
    run = accidents.mended(converged, THREE)
    assert run.executed == {
        "Docker | Start Docker": frozenset({"pi1a"}),
        "Swarm | Set labels and availability": frozenset({"pi1a"}),
    }


def test_a_manager_with_a_new_card(converged: LabUnderTest, history: History) -> None:
    converged.lab.reflash("pi1a")
    refused = deploying.apply(converged.environment)
    assert (refused.code, refused.changes) == (1, 0)
    assert "picluster trust pi1a" in refused.log
    seen.let_sudo_be_used_once(converged.boards["pi1a"])
    accidents.trust(converged, "pi1a")
    accidents.mended(converged, THREE)
    assert seen.result(converged.boards["pi1a"]) == history.result["pi1a"]
