"""In the middle of what is done to Docker Engine and to the Swarm."""

from tests.conftest import LabUnderTest
from tests.lab import accidents
from tests.lab.drifts.engine import EDIT, RESTART
from tests.lab.holding import caught, held
from tests.lab.interrupting import within
from tests.lab.interruptions.interruption import Interruption, on

BOARD = "pi1a"
# docker.io leaves a script for its own purge, which would delete the data.
PURGE = """export DEBIAN_FRONTEND=noninteractive
systemctl stop docker.socket docker.service
apt-get remove -y -q docker.io; rm -f /var/lib/docker/nuke-graph-directory.sh
apt-get purge -y -q docker.io containerd runc"""
ROLL = "Docker | Upgrade or restart Docker, one board at a time"
JOINING = held("Swarm | Join the Swarm", BOARD, "curl", "swarm/join")


def left(under_test: LabUnderTest) -> None:
    """The board is in no Swarm."""
    accidents.left_by_hand(under_test, BOARD)


CASES = {
    "Docker's packages, power cut": Interruption(
        on(BOARD, PURGE),
        BOARD,
        caught("Docker | Install Docker", BOARD, "^/usr/bin/dpkg .*--unpack"),
        power_cut=True,
    ),
    "engine starts, power cut": Interruption(
        on(BOARD, "systemctl stop docker.socket docker.service; systemctl disable docker.service"),
        BOARD,
        within("Docker | Start Docker", BOARD, "pgrep -x dockerd >/dev/null"),
        power_cut=True,
    ),
    "engine stopped for its new settings, power cut": Interruption(
        on(BOARD, f"{EDIT}; {RESTART}"),
        BOARD,
        held(ROLL, BOARD, "systemctl", "start docker.service"),
        power_cut=True,
    ),
    "join on its way": Interruption(left, BOARD, JOINING),
    "join on its way, power cut": Interruption(left, BOARD, JOINING, power_cut=True),
}
