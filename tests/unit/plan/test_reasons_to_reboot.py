"""What is a reason to reboot, and what is none."""

from typing import Any

import pytest

from facts.boot import BootState
from operations.boot import reasons_to_reboot
from picluster.plan.firmware_settings import block

ON = "cgroup_enable=memory"
SETTINGS = {"gpu_mem": "16"}
CONFIG = f"arm_64bit=1\n{block(SETTINGS)}"
ARGUMENT = f"{ON} is not in force"
FIRMWARE = "the firmware has not read the settings of config.txt"


def _boot(**changes: Any) -> BootState:
    good: dict[str, Any] = {
        "boot_id": "1",
        "cmdline_path": "/boot/firmware/cmdline.txt",
        "cmdline": f"root=x {ON}\n",
        "arguments": ["root=x", ON],
        "running": ["cgroup_disable=memory", "root=x", ON],
        "config_path": "/boot/firmware/config.txt",
        "config": CONFIG,
        "running_config": CONFIG,
        "memory_cgroup": True,
        "cgroup_version": 2,
        "swaps": [],
    }
    return BootState(**{**good, **changes})  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"running": ["root=x"]}, [ARGUMENT]),
        # Written or not is all the same: only what runs counts.
        ({"running": ["root=x"], "arguments": ["root=x"]}, [ARGUMENT]),
        ({"arguments": ["root=x"]}, []),
        ({"running": ["root=x", ON, "cgroup_disable=memory"]}, [ARGUMENT]),
        ({"running_config": None}, [FIRMWARE]),
        ({"running_config": "arm_64bit=1\n"}, [FIRMWARE]),
        ({"running_config": f"{CONFIG}gpu_mem=128\n"}, [FIRMWARE]),
        ({"config": "edited=1\n"}, []),
        # A newline that an editor took is none.
        ({"running_config": CONFIG.rstrip()}, []),
        ({"swaps": ["/dev/zram0"]}, ["swap is not none"]),
        ({"swaps": ["/mnt/disk/swap"]}, []),
        ({"running": [], "running_config": ""}, [ARGUMENT, FIRMWARE]),
        # Nothing can be written there, so a boot would change nothing, time and again.
        ({"cmdline_path": None, "arguments": [], "running": []}, []),
        ({"arguments": ["quiet"], "running": []}, []),
        ({"config_path": None, "running_config": None}, []),
    ],
    ids=str,
)
def test_reasons(changes: dict[str, Any], reasons: list[str]) -> None:
    assert reasons_to_reboot(_boot(**changes), "rpi-swap", [ON], SETTINGS, "none") == reasons


def test_nothing_wished_nothing_lacks() -> None:
    boot = _boot(running=[], running_config=None, config="a=1")
    assert reasons_to_reboot(boot, "none", [], {}, "none") == []


def test_settings_that_are_wished_no_more() -> None:
    assert reasons_to_reboot(_boot(), "none", [], {}, "none") == [FIRMWARE]
    without_end = _boot(running_config="a=1")
    assert reasons_to_reboot(without_end, "none", [], {}, "none") == []


def test_zram_that_does_not_run() -> None:
    reasons = reasons_to_reboot(_boot(), "dphys-swapfile", [ON], SETTINGS, "zram")
    assert reasons == ["swap is not zram"]
