"""What happens to a Swarm in its life, done by hand on the boards; a plain run has to mend each."""

import os
import subprocess
import time
from collections.abc import Callable

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import deploying, seen, swarm_seen

NOWHERE = 250
"""Last number of an address of the lab's network that no board has."""
WAIT_SECONDS = 90


def left_by_hand(under_test: LabUnderTest, name: str) -> None:
    """Somebody took the board out of the Swarm."""
    seen.shell(under_test.boards[name], "docker swarm leave --force")
    wait_until_down(under_test, name)


def join_timed_out(under_test: LabUnderTest, name: str) -> None:
    """The board tries to join a manager that is not there, and goes on trying."""
    left_by_hand(under_test, name)
    token = seen.shell(
        swarm_seen.manager(under_test.boards), "docker swarm join-token -q worker"
    ).strip()
    network = machine.board_of(under_test.boards[name]).address.rpartition(".")[0]
    code, output = machine.run(
        under_test.boards[name], "docker", "swarm", "join", "--token", token,
        f"{network}.{NOWHERE}:2377",
    )  # fmt: skip
    assert code == 1, output
    assert "pending" in seen.shell(under_test.boards[name], "docker info")


def reflashed(under_test: LabUnderTest, name: str) -> None:
    """The board has a new card, and its owner has trusted its new key."""
    under_test.lab.reflash(name)
    seen.let_sudo_be_used_once(under_test.boards[name])
    trust(under_test, name)
    wait_until_down(under_test, name)


def trust(under_test: LabUnderTest, name: str) -> None:
    """As the owner does who has read the message."""
    subprocess.run(
        [deploying.PYINFRA.with_name("picluster"), "trust", name, "--yes"],
        cwd=deploying.ROOT,
        env=os.environ | under_test.environment,
        check=True,
        capture_output=True,
    )


def wait_until_down(under_test: LabUnderTest, name: str) -> None:
    """Returns when the managers have noticed that the board's node is away."""
    others = {other: board for other, board in under_test.boards.items() if other != name}

    def gone() -> bool:
        return all(
            node["Status"]["State"] != "ready"
            for node in swarm_seen.nodes(others)
            if node["Description"]["Hostname"] == name
        )

    wait_for(gone, f"{name} is not down")


def wait_for(condition: Callable[[], bool], otherwise: str, seconds: float = WAIT_SECONDS) -> None:
    """Returns when the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.2)


def mended(under_test: LabUnderTest, managers: set[str]) -> deploying.Run:
    """One plain run announces what it then does, and leaves a healthy Swarm; that run."""
    dry = deploying.dry_run(under_test.environment)
    assert dry.code == 0, dry.log
    run = deploying.apply(under_test.environment)
    assert (run.code, run.errors) == (0, 0), run.log
    assert run.executed == dry.announced, run.log
    swarm_seen.is_healthy(under_test, managers)
    return run
