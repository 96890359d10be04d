"""One apt transaction on a board with systemd: what stops, what goes on, what never starts."""

import json

from docker.models.containers import Container

from operations.apt import installation
from tests.conftest import LabUnderTest
from tests.lab import deploying, seen
from tests.lab.vendor_archive import VendorArchive

WISHED = ["docker-ce", "docker-ce-cli", "containerd.io"]
ABSENT = ["docker.io", "containerd", "runc", "podman-docker", "never-heard-of"]
_UNITS = "docker.service docker.socket containerd.service"


def _packages(under_test: LabUnderTest, *options: str) -> deploying.Run:
    arguments = (f"packages={json.dumps(WISHED)}", f"absent={json.dumps(ABSENT)}")
    return deploying.run(
        under_test.environment,
        *arguments,
        *("--limit", "pi2a", *options),
        deploy="operations.packages.debian",
    )


def _running(board: Container) -> list[str]:
    return seen.shell(board, "ps -e -o comm=").split()


def _versions(board: Container) -> str:
    return seen.shell(board, "dpkg-query -W -f '${Version}\\n' docker-ce docker-ce-cli")


def test_one_engine_takes_the_place_of_another(
    vendor_lab: LabUnderTest, blank_board: Container, archive: VendorArchive
) -> None:
    board = blank_board
    archive.publish("29.1.3")
    seen.shell(
        board,
        """apt-get -q update
        DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install docker.io
        docker volume create kept
        echo precious >/var/lib/docker/volumes/kept/_data/file
        tar -c /bin/true | docker import - tiny""",
    )
    assert {"dockerd", "containerd"} <= set(_running(board))
    archive.introduce(board)

    assert len(_packages(vendor_lab, "--dry").announced) == 1
    run = _packages(vendor_lab, "-y")
    assert (run.code, run.changes) == (0, 1), run.log
    assert _versions(board).splitlines() == ["5:29.1.3-1~debian.12~bookworm"] * 2
    # The old ones stopped, and nothing starts before its configuration is there.
    assert not {"dockerd", "containerd"} & set(_running(board))
    states = seen.shell(board, f"systemctl is-active {_UNITS} || true").split()
    assert states == ["inactive"] * 3
    assert seen.shell(board, "ls /usr/sbin | grep policy || true") == ""
    assert _packages(vendor_lab, "-y").changes == 0

    seen.shell(board, "systemctl start docker")
    assert seen.shell(board, "docker volume ls -q").split() == ["kept"]
    assert seen.shell(board, "docker image ls --format '{{.Repository}}'").split() == ["tiny"]
    assert seen.shell(board, "cat /var/lib/docker/volumes/kept/_data/file") == "precious\n"


def test_an_upgraded_engine_goes_on_until_it_is_restarted(
    blank_board: Container, archive: VendorArchive
) -> None:
    board = blank_board
    archive.publish("29.1.3", "29.2.0", "30.0.0")
    archive.introduce(board)
    archive.pin(board, "5:29.1.*")
    seen.shell(board, installation(WISHED, [], False).get_raw_value())
    seen.shell(board, "systemctl start docker")
    before = seen.shell(board, "pidof dockerd containerd")

    upgrade = installation([], [], False, WISHED[:2]).get_raw_value()
    for version, pin in [("29.2.0", "5:29.*"), ("29.1.3", "5:29.1.*")]:
        archive.pin(board, pin)
        seen.shell(board, upgrade)
        assert _versions(board).splitlines() == [f"5:{version}-1~debian.12~bookworm"] * 2
        assert seen.shell(board, "pidof dockerd containerd") == before

    # apt would go on with what it knew of the archive, and report no trouble.
    archive.pin(board, "5:29.*")
    archive.sign_with_another_key()
    refusal = seen.shell(board, f"({upgrade}) 2>&1 || echo failed")
    assert refusal.endswith("failed\n")
    assert "NO_PUBKEY" in refusal
    assert "29.1.3" in _versions(board)
