"""The system fact's command on played systems."""

from pathlib import Path

import pytest

from facts.system import System, SystemState
from tests.facts.shell import on_root, run, tool, write

BOOKWORM: dict[str, str | bytes] = {
    "/etc/os-release": 'ID=debian\nVERSION_CODENAME="bookworm"\n',
    "/etc/hostname": "raspberrypi\n",
    "/etc/dphys-swapfile": "CONF_SWAPSIZE=512\n",
    "/proc/cmdline": "console=tty1\n",
}
CLOUD: dict[str, str | bytes] = {"/etc/cloud/cloud.cfg": "preserve_hostname: false\n"}


def _look(root: Path, cloud_init: str | None = None) -> SystemState:
    tools = tool(root / "bin", "uname", "echo red1")
    tool(tools, "systemctl", "echo 1min")
    if cloud_init is not None:
        tool(tools, "cloud-init", cloud_init)
    return System().process(run(on_root(System().command(), root), tools=tools))


def test_bookworm(tmp_path: Path) -> None:
    write(tmp_path, BOOKWORM)
    (tmp_path / "etc/localtime").symlink_to("../usr/share/zoneinfo/Europe/Berlin")
    found = _look(tmp_path)
    assert (found["id"], found["codename"]) == ("debian", "bookworm")
    assert (found["hostname"], found["static_hostname"]) == ("red1", "raspberrypi")
    assert (found["timezone"], found["swap_mechanism"]) == ("Europe/Berlin", "dphys-swapfile")
    assert (found["watchdog_usec"], found["watchdog_vendor"]) == ("1min", False)
    assert found["cloud_init"]["installed"] is False


@pytest.mark.parametrize(
    ("path", "mechanism"),
    [
        ("/etc/rpi/swap.conf", "rpi-swap"),
        ("/usr/lib/systemd/system-generators/rpi-swap-generator", "rpi-swap"),
        ("/usr/lib/systemd/system/dphys-swapfile.service", "dphys-swapfile"),
        ("/etc/fstab", "none"),
    ],
)
def test_swap_mechanism(path: str, mechanism: str, tmp_path: Path) -> None:
    assert _look(write(tmp_path, {path: "x"}))["swap_mechanism"] == mechanism


def test_the_vendors_watchdog(tmp_path: Path) -> None:
    drop_in = "/usr/lib/systemd/system.conf.d/40-rpi-enable-watchdog.conf"
    assert _look(write(tmp_path, {drop_in: "x"}))["watchdog_vendor"] is True


@pytest.mark.parametrize(
    ("files", "preserved"),
    [
        ({}, False),
        ({"/etc/cloud/cloud.cfg.d/99-ours.cfg": "preserve_hostname: true\n"}, True),
        ({"/etc/cloud/cloud.cfg.d/99-ours.cfg": "# preserve_hostname: true\n"}, False),
        ({"/etc/cloud/cloud.cfg.d/99-ours.cfg": "users:\n  preserve_hostname: true\n"}, False),
        ({"/etc/cloud/cloud.cfg.d/99-ours.cfg.bak": "preserve_hostname: true\n"}, False),
        (
            {
                "/etc/cloud/cloud.cfg.d/05-first.cfg": "preserve_hostname: true\n",
                "/etc/cloud/cloud.cfg.d/99-last.cfg": 'preserve_hostname: "no"\n',
            },
            False,
        ),
    ],
)
def test_preserve_hostname(files: dict[str, str | bytes], preserved: bool, tmp_path: Path) -> None:
    found = _look(write(tmp_path, {**CLOUD, **files}))
    assert found["cloud_init"]["preserve_hostname"] is preserved


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ({"/run/cloud-init/result.json": '{"v1": {\n "errors": []\n}}'}, "done"),
        ({"/run/cloud-init/result.json": '{"v1": {"errors": ["boom"]}}'}, "error"),
        ({"/run/cloud-init/disabled": ""}, "disabled"),
        ({}, "running"),
    ],
)
def test_cloud_init_status(files: dict[str, str | bytes], status: str, tmp_path: Path) -> None:
    found = _look(write(tmp_path, {**CLOUD, **files}), "echo; echo 'status: running'; exit 2")
    assert found["cloud_init"]["status"] == status


@pytest.mark.parametrize(
    "files",
    [
        {"/etc/cloud/cloud-init.disabled": ""},
        {"/proc/cmdline": "root=/dev/sda1 cloud-init=disabled quiet\n"},
    ],
)
def test_cloud_init_disabled(files: dict[str, str | bytes], tmp_path: Path) -> None:
    assert _look(write(tmp_path, {**CLOUD, **files}))["cloud_init"]["disabled"] is True


def test_this_machine() -> None:
    assert System().process(run(System().command()))["hostname"]
