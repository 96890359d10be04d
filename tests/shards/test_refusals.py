"""Boards that must not be touched, and are left out of `make test`, on three boards."""

from pathlib import Path

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import deploying, seen
from tests.lab.test_refusals import declared_otherwise, refused


def test_a_board_with_less_memory_than_declared(converged: LabUnderTest, tmp_path: Path) -> None:
    # With so much set aside that it offers what it did: so no other board's plan changes.
    more = "memory_gb = 4\nreserve_mb = 2048"
    elsewhere = declared_otherwise(converged, tmp_path, "memory_gb = 2", more)
    refused(elsewhere, "pi2a", "declared with 4 GB, but it has 2 GB", "mend memory_gb")


def test_a_wrong_clock(converged: LabUnderTest) -> None:
    board = converged.boards["pi1a"]
    machine.run(board, "/usr/lib/picluster-lab/hardware", "skew", "-3600")
    try:
        refused(converged, "pi1a", " s behind this computer's", "timedatectl status")
    finally:
        machine.run(board, "/usr/lib/picluster-lab/hardware", "skew", "0")


def test_a_kernel_line_without_root(converged: LabUnderTest) -> None:
    board = converged.boards["pi1a"]
    path = "/boot/firmware/cmdline.txt"
    seen.shell(board, f"cp {path} /root/kept; sed -i 's/root=[^ ]*//' {path}")
    spoilt = seen.shell(board, f"cat {path}")
    try:
        refused(converged, "pi1a", f"first line of {path} has no root= argument", "backup")
        assert seen.shell(board, f"cat {path}") == spoilt
    finally:
        seen.shell(board, f"mv /root/kept {path}")


def test_a_user_who_needs_a_password_for_sudo(converged: LabUnderTest) -> None:
    board = converged.boards["pi1a"]
    rule = "/etc/sudoers.d/010_pi-nopasswd"
    seen.shell(board, f"mv {rule} /root/rule")
    try:
        refused(converged, "pi1a", "must type a password for sudo", "picluster sudo pi1a")
    finally:
        seen.shell(board, f"mv /root/rule {rule}")


def test_a_board_without_power(converged: LabUnderTest) -> None:
    machine.cut_power(converged.boards["pi1a"])
    try:
        refused(converged, "pi1a", "pi1a does not answer at", "Is it switched on")
    finally:
        machine.start(converged.boards["pi1a"])


def test_all_boards_unreachable_is_said_without_a_traceback(converged: LabUnderTest) -> None:
    for board in converged.boards.values():
        machine.cut_power(board)
    try:
        dry = deploying.dry_run(converged.environment)
        assert dry.code == 1
        assert "Traceback" not in dry.log
        assert dry.log.count("Is it switched on") == 3
    finally:
        converged.lab.reboot_all()
