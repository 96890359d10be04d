"""Docker Engine: what a run makes of it. More: tests/shards/test_docker.py."""

import json

from tests.conftest import LabUnderTest
from tests.lab import deploying, seen


def test_limits_are_limits(converged: LabUnderTest) -> None:
    fill = "dd if=/dev/zero of=/dev/null bs=64M count=1"
    for board in converged.boards.values():
        script = f"""exec 2>/dev/null
        libraries=$(ldd /bin/dd | grep -o '/[^ )]*')
        image=$(tar -C / -chf - /bin/dd $libraries | docker import -)
        docker run --rm --memory 16m --memory-swap 16m $image {fill}; echo $?
        docker run --rm --memory 128m --memory-swap 128m $image {fill}; echo $?
        docker rmi $image >/dev/null"""
        assert seen.shell(board, script).split() == ["137", "0"]
        # The deploy's own look has left nothing behind.
        assert (
            seen.shell(
                board,
                "docker images --format '{{.Repository}}' | grep -x '<none>'; "
                "docker ps -aq --filter name=picluster; "
                "ls -d /tmp/tmp.* 2>/dev/null || true",
            )
            == ""
        )


def test_settings_are_in_force(converged: LabUnderTest) -> None:
    for board in converged.boards.values():
        found = json.loads(seen.shell(board, "docker info --format '{{json .}}' 2>/dev/null"))
        assert found["LoggingDriver"] == "local"
        assert found["DefaultAddressPools"] == [{"Base": "172.30.0.0/16", "Size": 24}]
        assert found["LiveRestoreEnabled"] is False
        assert seen.shell(board, "iptables --version").strip().endswith("(nf_tables)")
        after = seen.shell(board, "systemctl show --property=After --value docker.service")
        assert {"time-sync.target", "systemd-timesyncd.service"} <= set(after.split())


def test_few_remote_commands(converged: LabUnderTest) -> None:
    board = converged.boards["pi1a"]
    before = seen.sessions(board)
    run = deploying.apply(converged.environment, deploy="deploys.docker.apply")
    assert (run.code, run.changes) == (0, 0)
    # Its preflight and the band are two of them; in deploys/all.py each is asked once for all.
    asked = seen.sessions(board) - before
    assert asked <= 8, asked
