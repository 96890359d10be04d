"""Fact, operation, fact: what is done once is not done again, on a board played in a folder."""

import os
from pathlib import Path

import pytest

from operations import boot, kernel, swap, system
from tests.operations.board import Board
from tests.operations.test_hostile import FILES, ROOT_LINE

CMDLINE, CONFIG = "/boot/firmware/cmdline.txt", "/boot/firmware/config.txt"
USER_DATA = "/boot/firmware/user-data"


@pytest.fixture
def board(tmp_path: Path) -> Board:
    played = Board(tmp_path, FILES)
    played.program("systemctl", f"cat {tmp_path}/systemctl 2>/dev/null")
    (tmp_path / "systemctl").write_text("0\n")
    return played


def test_kernel_arguments(board: Board) -> None:
    wished = ["cgroup_enable=memory", "swapaccount=1"]
    board.apply(boot.kernel_arguments, arguments=wished)
    assert board.read(CMDLINE) == f"{ROOT_LINE} cgroup_enable=memory swapaccount=1\n"
    assert board.apply(boot.kernel_arguments, arguments=wished).noop
    # The first original stays, also when more is added later.
    board.apply(boot.kernel_arguments, arguments=[*wished, "quiet"])
    assert board.read(f"{CMDLINE}{boot.BACKUP}") == f"{ROOT_LINE}\n"
    assert sorted(os.listdir(board.root / "boot/firmware")) == [
        "cmdline.txt",
        f"cmdline.txt{boot.BACKUP}",
        "config.txt",
    ]


@pytest.mark.parametrize("sent", ["", "console=tty1", f"{ROOT_LINE} cgroup_enable=memor"])
def test_half_a_line_is_not_written(sent: str, board: Board) -> None:
    """A run that is killed while it sends: the board could not boot from what arrived."""
    (command,) = board.call(boot.kernel_arguments, arguments=["cgroup_enable=memory"]).commands
    command.connector_arguments["_stdin"] = sent
    assert board.execute(command).returncode != 0
    assert board.read(CMDLINE) == f"{ROOT_LINE}\n"
    board.apply(boot.kernel_arguments, arguments=["cgroup_enable=memory"])
    assert board.read(CMDLINE) == f"{ROOT_LINE} cgroup_enable=memory\n"


def test_firmware_settings(board: Board) -> None:
    for settings in ({"gpu_mem": "16"}, {"gpu_mem": "32", "dtoverlay": "disable-bt"}, {}):
        board.apply(boot.firmware_settings, settings=settings)
        for key, value in settings.items():
            assert f"{key}={value}\n" in board.read(CONFIG)
        assert board.apply(boot.firmware_settings, settings=settings).noop
    assert board.read(CONFIG) == "arm_64bit=1\n"


def test_an_empty_config_holds_our_settings_and_loses_them(board: Board) -> None:
    (board.root / CONFIG[1:]).write_text("")
    board.apply(boot.firmware_settings, settings={"gpu_mem": "16"})
    board.apply(boot.firmware_settings, settings={})
    assert board.read(CONFIG) == ""
    assert board.apply(boot.firmware_settings, settings={}).noop


def test_time_zone(board: Board) -> None:
    board.apply(system.timezone, timezone="Etc/UTC")
    link = os.readlink(board.root / "etc/localtime")
    assert link == f"{board.root}/usr/share/zoneinfo/Etc/UTC"
    assert board.read("/etc/timezone") == "Etc/UTC\n"
    assert board.apply(system.timezone, timezone="Etc/UTC").noop


def test_no_file_for_old_programs_is_made(board: Board) -> None:
    (board.root / "etc/timezone").unlink()  # as on trixie
    board.apply(system.timezone, timezone="Etc/UTC")
    assert not (board.root / "etc/timezone").exists()


@pytest.mark.parametrize("zone", ["Etc/Nowhere", "Etc"])
def test_an_unknown_time_zone_says_so(zone: str, board: Board) -> None:
    (command,) = board.call(system.timezone, timezone=zone).commands
    done = board.execute(command)
    assert done.returncode == 1
    assert done.stderr == f"no time zone {zone} is known there; is tzdata installed?\n"
    assert not (board.root / "etc/localtime").exists()
    assert board.read("/etc/timezone") == "Etc/UTC\n"


def test_cloud_init(board: Board) -> None:
    data = "#cloud-config\n# mine\nhostname: x\nmanage_etc_hosts: true\nusers:\n- name: pi\n"
    (board.root / USER_DATA[1:]).write_text(data)
    board.apply(system.cloud_init_leaves_names_alone)
    assert board.read(USER_DATA) == (
        "#cloud-config\n# mine\nusers:\n- name: pi\nmanage_etc_hosts: false\n"
    )
    assert ["cloud-init", "status", "--wait"] in board.calls()
    assert board.apply(system.cloud_init_leaves_names_alone).noop


def test_swap_on_bookworm(board: Board) -> None:
    # systemctl says that dphys-swapfile is enabled, until it is disabled.
    enabled = board.root / "enabled"
    enabled.touch()
    swaps = board.root / "proc/swaps"
    swaps.write_text(f"Filename Type\n{'/var/swap':<40}file\n")
    board.program(
        "systemctl", f'case "$1" in is-enabled) test -e {enabled} ;; disable) rm {enabled} ;; esac'
    )
    board.program("swapoff", f"sed -i 2d {swaps}")
    board.apply(swap.mechanism, wished="none")
    # The table names /var/swap as the kernel does, not below the played root.
    assert [call[0] for call in board.calls() if call[0] == "swapoff"] == []
    assert not enabled.exists()
    swaps.write_text("Filename Type\n")
    assert board.apply(swap.mechanism, wished="none").noop == "swap is set to none"


@pytest.mark.parametrize("wished", ["none", "zram"])
def test_swap_on_trixie(wished: str, board: Board) -> None:
    (board.root / "etc/rpi").mkdir()
    (board.root / "etc/rpi/swap.conf").write_text("[Main]\n#Mechanism=auto\n")
    board.program("systemctl", "exit 1")
    board.apply(swap.mechanism, wished=wished)
    drop_in = board.read("/etc/rpi/swap.conf.d/80-picluster.conf")
    assert drop_in == f"[Main]\nMechanism={wished}\n"
    assert board.apply(swap.mechanism, wished=wished).noop


def test_sysctls(board: Board) -> None:
    board.program("sysctl", f'echo "${{4#*=}}" >{board.root}/proc/sys/kernel/panic')
    board.apply(kernel.sysctls, values={"kernel.panic": "10", "net.none": "1"})
    assert board.calls()[-1] == ["sysctl", "-q", "-w", "--", "kernel.panic=10"]
    assert board.apply(kernel.sysctls, values={"kernel.panic": "10", "net.none": "1"}).noop


def test_a_module_that_the_kernel_lacks_is_warned_about(
    board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    board.program("modprobe", 'case "$*" in *none*) exit 1 ;; esac')
    outcome = board.call(kernel.modules, modules=["vxlan", "none"])
    assert outcome.texts == ["modprobe -a -- vxlan"]
    assert "this kernel has no none" in caplog.text
