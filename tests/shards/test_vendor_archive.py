"""That the archive which stands for the vendor's is one: for apt, for dpkg and for systemd."""

from docker.models.containers import Container

from picluster.plan.openpgp import fingerprints
from tests.lab import seen
from tests.lab.vendor_archive import VendorArchive

VENDORS = ["docker-ce", "docker-ce-cli", "containerd.io"]
VENDORS += ["docker-buildx-plugin", "docker-compose-plugin"]
DEBIANS = ["docker.io", "containerd", "runc"]
_INSTALL = "DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install"


def _candidate(board: Container, name: str) -> str:
    policy = seen.shell(board, f"apt-get -q update >&2; apt-cache policy {name}")
    return next(line.split()[1] for line in policy.splitlines() if "Candidate:" in line)


def test_apt_installs_what_is_pinned_and_the_engine_runs(
    blank_board: Container, archive: VendorArchive
) -> None:
    board = blank_board
    archive.publish("28.5.1", "29.1.3", "29.2.0", "30.0.0")
    archive.introduce(board)
    assert _candidate(board, "docker-ce") == "5:30.0.0-1~debian.12~bookworm"
    archive.pin(board, "5:29.*")
    assert _candidate(board, "docker-ce") == "5:29.2.0-1~debian.12~bookworm"
    archive.pin(board, "5:29.1.*")
    assert _candidate(board, "docker-ce-cli") == "5:29.1.3-1~debian.12~bookworm"

    # A pin that fits no version keeps nothing away: only a version that is named does.
    archive.pin(board, "5:27.*")
    assert _candidate(board, "docker-ce") == "5:30.0.0-1~debian.12~bookworm"
    named = f"if {_INSTALL} docker-ce=5:27.* 2>&1; then echo installed; fi"
    assert "E: Version '5:27.*' for 'docker-ce' was not found" in seen.shell(board, named)

    archive.pin(board, "5:29.1.*")
    seen.shell(board, f"{_INSTALL} {' '.join(VENDORS)}")
    installed = seen.shell(board, "dpkg-query -W -f '${Package} ${Version}\\n' docker-ce")
    assert installed == "docker-ce 5:29.1.3-1~debian.12~bookworm\n"
    # The packages' scripts enabled and started them.
    units = "docker.service docker.socket containerd.service"
    assert seen.shell(board, f"systemctl is-enabled {units}").split() == ["enabled"] * 3
    assert seen.shell(board, f"systemctl is-active {units}").split() == ["active"] * 3
    assert seen.shell(board, "docker info --format '{{.ServerVersion}}'").startswith("20.10.")
    running = seen.shell(board, "readlink /proc/$(pidof dockerd)/exe /proc/$(pidof containerd)/exe")
    assert running.split() == ["/usr/bin/dockerd", "/usr/bin/containerd"]

    # What is newer under the pin is an upgrade; what is gone from the archive stays installed.
    archive.pin(board, "5:29.*")
    assert _candidate(board, "docker-ce") == "5:29.2.0-1~debian.12~bookworm"
    archive.publish("30.0.0")
    assert _candidate(board, "docker-ce") == "5:29.1.3-1~debian.12~bookworm"
    archive.publish("29.2.0", "30.0.0")
    assert _candidate(board, "docker-ce") == "5:29.2.0-1~debian.12~bookworm"


def test_the_packages_conflict_as_the_vendors(
    blank_board: Container, archive: VendorArchive
) -> None:
    board = blank_board
    archive.publish("29.1.3")
    archive.introduce(board)
    seen.shell(board, f"apt-get -q update; {_INSTALL} docker.io")
    proposed = seen.shell(board, f"{_INSTALL} --simulate docker-ce")
    assert {line.split()[1] for line in proposed.splitlines() if line.startswith("Remv ")} == set(
        DEBIANS
    )


def test_apt_believes_only_the_key_that_it_was_given(
    blank_board: Container, archive: VendorArchive
) -> None:
    board = blank_board

    assert fingerprints(archive.key.encode()) == (archive.fingerprint,)
    assert fingerprints(archive.another_key.encode()) == (archive.another_fingerprint,)

    def refused() -> str:
        return seen.shell(board, "if apt-get -q update 2>&1; then echo believed; fi")

    archive.publish("29.1.3")
    archive.introduce(board, archive.another_key)
    assert "bookworm InRelease' is not signed.\n" in refused()
    archive.sign_with_another_key()
    assert "believed" in refused()
    archive.introduce(board)
    seen.shell(board, "rm -r /var/lib/apt/lists/*")
    assert "NO_PUBKEY" in (words := refused())
    assert "believed" not in words
    archive.publish("29.1.3")
    assert "believed" in refused()
