"""Docker Engine purged, limited in vain, and left asleep: on three boards.

Single things spoilt by hand: tests/shards/test_drift.py.
"""

from docker.models.containers import Container

from tests.conftest import LabUnderTest
from tests.lab import accidents, deploying, seen, services
from tests.lab.drifts.engine import INSTALL, START
from tests.lab.test_swarm import THREE


def purge_and_keep_data(board: Container) -> None:
    """Removes docker.io with its configuration, but not what is in /var/lib/docker.

    Its purge would delete that too, by a script that its removal leaves there.
    """
    seen.shell(
        board,
        """exec >/dev/null 2>&1
        export DEBIAN_FRONTEND=noninteractive
        apt-get -q -y remove docker.io containerd runc
        rm /var/lib/docker/nuke-graph-directory.sh
        apt-get -q -y purge docker.io containerd runc""",
    )
    assert seen.shell(board, "command -v dockerd || echo gone").strip() == "gone"
    assert seen.shell(board, "ls /var/lib/docker/swarm")


def test_purged_with_its_data_kept(converged: LabUnderTest) -> None:
    board = converged.boards["pi1a"]
    whole = seen.result(board)
    services.make_image(board)
    purge_and_keep_data(board)
    run = accidents.mended(converged, THREE)
    assert run.executed == {
        f"Docker | {operation}": frozenset({"pi1a"}) for operation in (INSTALL, START)
    }
    assert seen.result(board) == whole
    images = seen.shell(board, "docker images --format '{{.Repository}}'")
    assert services.IMAGE in images.split()
    seen.shell(board, f"docker rmi {services.IMAGE}")


def test_a_board_whose_limits_do_not_hold(converged: LabUnderTest) -> None:
    line = "/boot/firmware/cmdline.txt"
    seen.shell(converged.boards["pi1a"], f"sed -i 's/ cgroup_enable=memory//' {line}")
    converged.lab.restart("pi1a")
    run = deploying.apply(converged.environment, deploy="deploys.docker.apply")
    assert (run.code, run.changes, run.errors) == (1, 0, 1)
    assert "took 64 MB of memory though its limit was 16 MB" in run.log
    assert "Traceback" not in run.log
    accidents.mended(converged, THREE)


def test_dry_runs_do_not_start_an_engine(converged: LabUnderTest) -> None:
    """docker.socket, which goes on listening, starts it for anybody who asks."""
    board = converged.boards["pi1a"]
    seen.shell(board, "systemctl stop docker.service 2>/dev/null")
    try:
        dry = deploying.dry_run(converged.environment)
        assert dry.announced == {f"Docker | {START}": frozenset({"pi1a"})}
        state = seen.shell(board, "systemctl is-active docker.service docker.socket || true")
        assert state.split() == ["inactive", "active"]
    finally:
        accidents.mended(converged, THREE)
