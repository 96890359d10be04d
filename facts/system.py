"""The operating system: release, names, time zone, and the mechanisms that differ by release."""

import re
from typing import Literal, TypedDict

from pyinfra.api import FactBase
from typing_extensions import override

from facts.answer import REPORT_FILE, Answer
from facts.cloud_init import CLOUD_INIT_COMMAND, CloudInit, parse_cloud_init

SwapMechanism = Literal["rpi-swap", "dphys-swapfile", "none"]
_MECHANISMS: dict[str, SwapMechanism] = {
    "rpi-swap": "rpi-swap",
    "dphys-swapfile": "dphys-swapfile",
}

_COMMAND = (
    "export LC_ALL=C\nexec 2>/dev/null\n"
    + REPORT_FILE
    + r"""
any() { for file; do if [ -e "$file" ]; then return 0; fi; done; return 1; }
report_file release "$(if [ -e /etc/os-release ]; then echo /etc/os-release
  else echo /usr/lib/os-release; fi)"
echo "hostname=$(uname -n)"
report_file static_hostname /etc/hostname
echo "localtime=$(readlink /etc/localtime | tr -dc '[:print:]')"
swap=none
if any /etc/rpi/swap.conf /usr/lib/systemd/system-generators/rpi-swap-generator; then swap=rpi-swap
elif any /etc/dphys-swapfile /usr/lib/systemd/system/dphys-swapfile.service \
  /lib/systemd/system/dphys-swapfile.service; then swap=dphys-swapfile; fi
echo "swap=$swap"
vendor=0
if [ -e /usr/lib/systemd/system.conf.d/40-rpi-enable-watchdog.conf ]; then vendor=1; fi
echo "watchdog_vendor=$vendor"
echo "watchdog_usec=$(systemctl show --property=RuntimeWatchdogUSec --value | head -n 1)"
"""
    + CLOUD_INIT_COMMAND
)


class SystemState(TypedDict):
    """The operating system of a board."""

    id: str
    """For example debian or raspbian."""
    codename: str | None
    """For example bookworm."""
    hostname: str
    """What the kernel runs with."""
    static_hostname: str | None
    """What /etc/hostname sets at the next boot."""
    timezone: str | None
    """For example Europe/Berlin; None where /etc/localtime is no link into zoneinfo."""
    cloud_init: CloudInit
    swap_mechanism: SwapMechanism
    """rpi-swap since trixie, dphys-swapfile before; left-over configuration counts as there."""
    watchdog_usec: str | None
    """systemd's running setting in its own notation, such as 1min or 0; None without systemd."""
    watchdog_vendor: bool
    """Whether the vendor's drop-in already turns the watchdog on."""


def parse_system(output: list[str]) -> SystemState:
    """The board's answer as data; raises FactProcessError where it cannot be understood."""
    answer = Answer(output)
    release = _release(answer.file("release", "/etc/os-release") or b"")
    _, found, timezone = (answer.text("localtime") or "").partition("zoneinfo/")
    return SystemState(
        id=release.get("ID", "linux"),  # os-release(5): the value where the field is missing
        codename=release.get("VERSION_CODENAME") or None,
        hostname=answer.required("hostname"),
        static_hostname=_hostname(answer.file("static_hostname", "/etc/hostname") or b""),
        timezone=timezone if found and timezone else None,
        cloud_init=parse_cloud_init(answer),
        swap_mechanism=_MECHANISMS.get(answer.required("swap"), "none"),
        watchdog_usec=answer.text("watchdog_usec"),
        watchdog_vendor=answer.flag("watchdog_vendor"),
    )


def _release(text: bytes) -> dict[str, str]:
    fields = re.findall(r"^([A-Z_]+)=(.*)$", text.decode(errors="replace"), re.MULTILINE)
    return {key: value.strip().strip("\"'") for key, value in fields}


def _hostname(text: bytes) -> str | None:
    """First line that is neither blank nor a comment, as hostname(5) says."""
    lines = (line.strip() for line in text.decode(errors="replace").splitlines())
    return next((line for line in lines if line and not line.startswith("#")), None)


class System(FactBase[SystemState | None]):
    """
    Returns release, host names, time zone, cloud-init, swap mechanism and watchdog.
    ``None`` only where the fact failed, and the host with it.
    """

    @override
    def command(self) -> str:
        return _COMMAND

    @override
    def process(self, output: list[str]) -> SystemState:
        return parse_system(output)
