"""In the middle of the base system's operations."""

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import seen
from tests.lab.holding import caught, held
from tests.lab.interrupting import within
from tests.lab.interruptions.interruption import Interruption, on, spoil

BOARD = "pi1a"
WITHOUT_PACKAGE = on(BOARD, "dpkg --purge --force-depends rsync")
CONFIGURING = caught("Base | Install packages", BOARD, "^/usr/bin/dpkg .*--configure")
WITHOUT_FILE = on(BOARD, "rm /etc/modules-load.d/picluster.conf")
STAGED = held("Base | Write system settings", BOARD, "mv", "modules-load.d")


def without_its_setting(under_test: LabUnderTest) -> None:
    """The board has booted without a line of config.txt."""
    spoil(under_test, BOARD, "sed -i /gpu_mem/d /boot/firmware/config.txt")
    under_test.lab.restart(BOARD)
    seen.shell(under_test.boards[BOARD], "touch /run/before-the-reboot")


CASES = {
    "a package half configured": Interruption(WITHOUT_PACKAGE, BOARD, CONFIGURING),
    "a package half configured, power cut": Interruption(
        WITHOUT_PACKAGE, BOARD, CONFIGURING, power_cut=True
    ),
    "files staged": Interruption(WITHOUT_FILE, BOARD, STAGED),
    "files staged, power cut": Interruption(WITHOUT_FILE, BOARD, STAGED, power_cut=True),
    "kernel line staged, power cut": Interruption(
        on(BOARD, "sed -i 's/ cgroup_enable=memory//' /boot/firmware/cmdline.txt"),
        BOARD,
        held("Base | Set kernel arguments", BOARD, "mv", "cmdline.txt"),
        power_cut=True,
    ),
    "a board reboots": Interruption(
        without_its_setting,
        BOARD,
        within("Base | Reboot into what is wished", BOARD, "[ ! -e /run/before-the-reboot ]"),
        afterwards=lambda under_test: machine.wait_until_up(under_test.boards[BOARD]),
    ),
}
