"""Docker's own packages, from an archive made for the tests: pin, key, conflicts, upgrades.

The packages are the vendor's by name and relations only: see `vendor_packages`.
"""

from pathlib import Path
from typing import Any

import pytest
from docker.models.containers import Container

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import deploying, seen, services
from tests.lab.drifts.engine import INSTALL, ROLL, SETTINGS, START
from tests.lab.vendor_archive import VendorArchive

VICTIM = "pi2a"
VERSIONS = ("28.5.1", "29.1.3", "29.2.0", "30.0.0")


class Vendor:
    """Runs of the Docker deploy on one board, as cluster.toml and the command line wish."""

    def __init__(self, under_test: LabUnderTest, archive: VendorArchive, folder: Path) -> None:
        self._under_test, self._folder = under_test, folder
        (folder / "key.asc").write_text(archive.key)
        self._options = {
            "docker_repository": archive.url,
            "docker_key": str(folder / "key.asc"),
            "docker_key_fingerprint": archive.fingerprint,
        }

    def run(
        self,
        *arguments: str,
        version: str | None = "29",
        storage: str | None = None,
        deploy: str = "deploys.docker.apply",
        **data: str,
    ) -> deploying.Run:
        """One run; without a version Debian's engine is wished."""
        text = self._under_test.lab.cluster_toml.read_text()
        if version is not None:
            wish = f'\nsource = "docker-ce"\nversion = "{version}"'
            text = text.replace('\nsource = "debian"', wish)
        if storage is not None:
            name = f'name = "{VICTIM}"'
            text = text.replace(name, f'{name}\nstorage = "{storage}"')
        wished = self._folder / "cluster.toml"
        wished.write_text(text)
        words = [f"{key}={value}" for key, value in (self._options | data).items()]
        options = [word for pair in words for word in ("--data", pair)]
        environment = self._under_test.environment | {"PICLUSTER_CONFIG": str(wished)}
        return deploying.run(environment, "--limit", VICTIM, *options, *arguments, deploy=deploy)

    def does(self, *operations: str, **wish: Any) -> None:
        """A dry run announces these operations, a run does them, and the next one nothing."""
        expected = {f"Docker | {operation}": frozenset({VICTIM}) for operation in operations}
        dry = self.run("--dry", **wish)
        assert (dry.code, dry.announced) == (0, expected), dry.log
        run = self.run("-y", **wish)
        assert (run.code, run.errors, run.executed) == (0, 0, expected), run.log
        assert self.run("-y", **wish).changes == 0

    def is_refused(self, *words: str, **wish: Any) -> None:
        """Dry run and run say so, and nothing on the board is touched."""
        board = self._under_test.boards[VICTIM]
        before = seen.disk(board)
        for option in ("--dry", "-y"):
            run = self.run(option, **wish)
            assert run.code == 1
            assert "Traceback" not in run.log
            for word in words:
                assert run.log.count(word) == 1, run.log
        assert seen.disk(board) == before


@pytest.fixture
def vendor(
    vendor_lab: LabUnderTest, blank_board: Container, archive: VendorArchive, tmp_path: Path
) -> Vendor:
    """A board with its base system."""
    seen.let_sudo_be_used_once(blank_board)
    archive.publish(*VERSIONS)
    made = Vendor(vendor_lab, archive, tmp_path)
    assert made.run("-y", deploy="deploys.base.apply").code == 0
    return made


def _version(board: Container) -> str:
    versions = seen.shell(board, "dpkg-query -W -f '${Version}\\n' docker-ce docker-ce-cli")
    (version,) = set(versions.split())
    return version.removeprefix("5:").removesuffix("-1~debian.12~bookworm")


def test_one_source_after_the_other(vendor: Vendor, blank_board: Container) -> None:
    board = blank_board
    assert vendor.run("-y", version=None).code == 0
    services.make_image(board)
    seen.shell(board, "docker volume create kept")

    vendor.is_refused(
        "deploys/docker/docker.asc holds the key 9DC858229FC7DD38",
        docker_key="deploys/docker/docker.asc",
    )
    vendor.does(SETTINGS, ROLL)
    assert _version(board) == "29.2.0", "neither Debian's nor the newest, but the pinned one's"
    assert seen.shell(board, "docker images --format '{{.Repository}}'").split() == [services.IMAGE]
    assert seen.shell(board, "docker volume ls -q").split() == ["kept"]
    assert machine.run(board, "ls", "/var/lib/docker/nuke-graph-directory.sh")[0] != 0

    vendor.is_refused('Write source = "docker-ce"', version=None)
    vendor.is_refused("--data accept_docker_major=30", version="30")
    vendor.is_refused('rather write version = "29"', version="28")
    vendor.does(SETTINGS, ROLL, version="30", accept_docker_major="30")
    assert _version(board) == "30.0.0"


def test_upgrades_stay_within_what_is_wished(vendor: Vendor, blank_board: Container) -> None:
    board = blank_board
    vendor.does(SETTINGS, INSTALL, START, version="29.1.3")
    assert _version(board) == "29.1.3"
    # A wider wish is fulfilled by what is there.
    vendor.does(SETTINGS, version="29")
    assert _version(board) == "29.1.3"
    # The owner's own upgrade takes the newest of the major; what it did not restart, a run does.
    seen.shell(
        board,
        """printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d
        DEBIAN_FRONTEND=noninteractive apt-get -q -y upgrade >/dev/null 2>&1
        rm /usr/sbin/policy-rc.d""",
    )
    assert _version(board) == "29.2.0"
    vendor.does(ROLL)
    vendor.does(SETTINGS, ROLL, version="29.1")
    assert _version(board) == "29.1.3"
    # Stopped meanwhile, it takes no turn: nobody has to wait for it.
    seen.shell(board, "systemctl stop docker.socket docker.service")
    vendor.does(SETTINGS, INSTALL, START, version="29.2.0")
    assert _version(board) == "29.2.0"


def test_an_archive_that_another_key_signed(
    vendor: Vendor, blank_board: Container, archive: VendorArchive
) -> None:
    archive.sign_with_another_key()
    run = vendor.run("-y")
    assert run.code == 1
    assert "NO_PUBKEY" in run.log
    assert machine.run(blank_board, "which", "dockerd")[0] == 1


def test_data_on_a_disk(vendor: Vendor, blank_board: Container) -> None:
    board, wish = blank_board, {"storage": "/srv/ssd"}
    assert vendor.run("-y").code == 0
    services.make_image(board)
    seen.shell(board, f"docker create --name kept {services.IMAGE} /bin/sleep 1")
    vendor.is_refused("nothing is mounted at its declared storage /srv/ssd", **wish)
    seen.shell(board, "mkdir -p /srv/ssd && mount -t tmpfs -o size=400m disk /srv/ssd")
    vendor.is_refused("holds 1 container, but /srv/ssd/docker is wished", **wish)
    # As the message says.
    seen.shell(
        board,
        "systemctl stop docker.socket docker.service; mkdir -p /srv/ssd/docker; "
        "rsync -aHAX --numeric-ids /var/lib/docker/ /srv/ssd/docker/",
    )
    vendor.does(SETTINGS, START, **wish)
    assert seen.shell(board, "docker info --format '{{.DockerRootDir}}'") == "/srv/ssd/docker\n"
    assert seen.shell(board, "docker ps -a --format '{{.Names}}'") == "kept\n"
    # Without its disk it does not begin anew on the card.
    seen.shell(board, "systemctl stop docker.socket docker.service; umount -l /srv/ssd")
    assert machine.run(board, "systemctl", "start", "docker.service")[0] == 1
    assert machine.run(board, "ls", "/srv/ssd/docker")[0] != 0
