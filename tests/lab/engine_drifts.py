"""Single things spoilt by hand on a board's Docker Engine, and the operations that notice."""

from dataclasses import dataclass

from docker.models.containers import Container

from tests.conftest import LabUnderTest
from tests.lab import accidents, seen
from tests.lab.test_swarm import THREE

SETTINGS, INSTALL, START = "Write Docker's settings", "Install Docker", "Start Docker"
ROLL = "Upgrade or restart Docker, one board at a time"

DROP_IN = "/etc/systemd/system/docker.service.d/picluster.conf"
EDIT = 'sed -i \'s/"10m"/"99m"/\' /etc/docker/daemon.json'
RESTART = "systemctl restart docker.service"


@dataclass(frozen=True)
class Drift:
    """Something done to a board by hand."""

    script: str
    noticed_by: frozenset[str]
    """The operations that have to notice, and no others."""
    restarts: bool = False
    """Whether the engine has to stop for it to be mended."""


def _drift(script: str, *operations: str) -> Drift:
    return Drift(script, frozenset(operations), restarts=ROLL in operations)


DRIFTS = {
    # What is on disk is mended; what runs goes on, since it runs as wished.
    "daemon.json edited": _drift(EDIT, SETTINGS),
    "drop-in removed": _drift(f"rm {DROP_IN}", SETTINGS),
    "drop-in removed and systemd told": _drift(f"rm {DROP_IN}; systemctl daemon-reload", SETTINGS),
    "systemd not told": _drift(f"touch {DROP_IN}", SETTINGS),
    "list of files lost": _drift("rm /var/lib/picluster/docker.paths", SETTINGS),
    "disabled": _drift("systemctl disable docker.service", START),
    # What runs is not as wished.
    "daemon.json edited and in force": _drift(f"{EDIT}; {RESTART}", SETTINGS, ROLL),
    "started without the drop-in": _drift(
        f"rm {DROP_IN}; systemctl daemon-reload; {RESTART}", SETTINGS, ROLL
    ),
    "daemon.json put back, not yet in force": _drift(
        f"cp -p /etc/docker/daemon.json /root/kept; {EDIT}; {RESTART}; "
        "mv /root/kept /etc/docker/daemon.json",
        ROLL,
    ),
    "program replaced below the engine": _drift(
        "cp -p /usr/sbin/dockerd /usr/sbin/dockerd.new && "
        "mv /usr/sbin/dockerd.new /usr/sbin/dockerd",
        ROLL,
    ),
    "program replaced below containerd": _drift(
        "cp -p /usr/bin/containerd /usr/bin/containerd.new && "
        "mv /usr/bin/containerd.new /usr/bin/containerd",
        ROLL,
    ),
    "iptables-legacy chosen": _drift(
        "update-alternatives --set iptables /usr/sbin/iptables-legacy && "
        f"update-alternatives --set ip6tables /usr/sbin/ip6tables-legacy && {RESTART}",
        ROLL,
    ),
    # Nothing runs.
    "stopped": _drift("systemctl stop docker.socket docker.service", START),
    "masked": _drift(
        # systemd counts the unit's files as changed then.
        "systemctl stop docker.socket docker.service; systemctl mask docker.service",
        SETTINGS,
        START,
    ),
    "it cannot start with what was written": _drift(
        "systemctl stop docker.service; echo '{\"nonsense\": 1}' >/etc/docker/daemon.json; "
        f"{RESTART}",
        SETTINGS,
        START,
    ),
}


SHARE = ("daemon.json edited and in force",)
"""Those that there is time for each time; the long suite has the others."""


def is_noticed_and_mended(under_test: LabUnderTest, name: str) -> None:
    """The dry run names exactly what is wrong, and one run mends it; the engine stops for it only
    when it has to.
    """
    drift, board = DRIFTS[name], under_test.boards["pi1a"]
    whole, announced = seen.result(board), drift.noticed_by
    seen.shell(board, f"{{ {drift.script}; }} >/dev/null 2>&1 || true")
    pid = _pid(board)
    run = accidents.mended(under_test, THREE)
    assert run.executed == {f"Docker | {operation}": frozenset({"pi1a"}) for operation in announced}
    assert seen.result(board) == whole
    if START not in announced or name == "disabled":
        assert (_pid(board) != pid) is drift.restarts


def _pid(board: Container) -> str:
    return seen.shell(board, "systemctl show --property=MainPID docker.service")
