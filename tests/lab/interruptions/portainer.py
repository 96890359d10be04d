"""In the middle of Portainer's setting up."""

from tests.conftest import LabUnderTest
from tests.lab import accidents, portainer_seen, seen, swarm_seen
from tests.lab.holding import held
from tests.lab.interrupting import says, within
from tests.lab.interruptions.interruption import Interruption

FIRST, BOARD = "pi8", portainer_seen.BOARD
DEPLOY = "Portainer | Deploy the server"


def without_server(under_test: LabUnderTest) -> None:
    """The server's stack is gone; its data stays."""
    manager, board = swarm_seen.manager(under_test.boards), under_test.boards[BOARD]
    seen.shell(manager, "docker stack rm portainer")
    accidents.wait_for(
        lambda: not seen.shell(board, f"docker ps -aq --filter name={portainer_seen.SERVER}"),
        "the server does not end",
    )


def without_data(under_test: LabUnderTest) -> None:
    """Nor has the board any data of it."""
    without_server(under_test)
    seen.shell(under_test.boards[BOARD], "docker volume rm portainer_data")


CASES = {
    "the server's stack": Interruption(
        without_server, FIRST, held(DEPLOY, FIRST, "docker", "stack deploy")
    ),
    "the server's container starts, power cut": Interruption(
        without_data,
        BOARD,
        within(DEPLOY, BOARD, f"docker ps -q --filter name={portainer_seen.SERVER} | grep -q ."),
        power_cut=True,
    ),
    "the administrator was made just now": Interruption(
        without_data, BOARD, says("user admin, password in")
    ),
}
