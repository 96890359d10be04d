"""Single things of the base system spoilt by hand, and the operations that notice."""

from tests.conftest import LabUnderTest
from tests.lab import deploying, seen

DEPLOY = "deploys.base.apply"

# What is done to the board, and the operations that have to notice.
DRIFTS = {
    "host name": ("hostnamectl set-hostname other", {"Set the host name"}),
    "host name of the next boot": ("echo other > /etc/hostname", {"Set the host name"}),
    "hosts edited": ("echo 10.0.0.1 pi8 >> /etc/hosts", {"Write /etc/hosts and apt's proxy"}),
    "hosts unreadable": ("chmod 600 /etc/hosts", {"Write /etc/hosts and apt's proxy"}),
    "hosts of another owner": ("chown pi /etc/hosts", {"Write /etc/hosts and apt's proxy"}),
    "time zone": ("ln -sf /usr/share/zoneinfo/Asia/Tokyo /etc/localtime", {"Set the time zone"}),
    "package removed": ("dpkg --remove --force-depends rsync", {"Install packages"}),
    "kernel argument lost": (
        "sed -i 's/ cgroup_enable=memory//' /boot/firmware/cmdline.txt",
        {"Set kernel arguments"},
    ),
    "firmware setting lost": (
        "sed -i /gpu_mem/d /boot/firmware/config.txt",
        {"Set firmware settings"},
    ),
    "swap file back": ("systemctl enable --now dphys-swapfile", {"Set up swap"}),
    "sysctl file edited": (
        "echo net.ipv4.ip_forward=0 > /etc/sysctl.d/90-picluster.conf",
        {"Write system settings"},
    ),
    "modules file gone": ("rm /etc/modules-load.d/picluster.conf", {"Write system settings"}),
    "sysctl running": ("sysctl -q -w net.ipv4.ip_forward=0", {"Set kernel parameters"}),
    "watchdog off": (
        "rm /etc/systemd/system.conf.d/30-picluster-watchdog.conf; systemctl daemon-reexec",
        {"Write system settings", "Start the watchdog"},
    ),
    "watchdog not running": (
        "mkdir -p /run/systemd/system.conf.d && "
        "printf '[Manager]\\nRuntimeWatchdogSec=0\\n' > /run/systemd/system.conf.d/99-off.conf && "
        "systemctl daemon-reexec && rm /run/systemd/system.conf.d/99-off.conf",
        {"Start the watchdog"},
    ),
    "list of files lost": ("rm /var/lib/picluster/base.paths", {"Write system settings"}),
    "a file that left the list": (
        "echo old > /etc/demo-old.conf; echo /etc/demo-old.conf >> /var/lib/picluster/base.paths",
        {"Write system settings"},
    ),
    "booted without its argument": (
        "sed -i 's/ cgroup_enable=memory//' /boot/firmware/cmdline.txt; reboot",
        {"Set kernel arguments", "Reboot into what is wished"},
    ),
}

SHARE = (
    "host name",
    "hosts edited",
    "hosts of another owner",
    "package removed",
    "kernel argument lost",
    "swap file back",
    "sysctl running",
    "watchdog off",
    "a file that left the list",
    "booted without its argument",
)
"""Those that there is time for each time; the long suite has the others."""


def is_noticed_and_mended(converged: LabUnderTest, spoil: str) -> None:
    """The dry run names exactly what is wrong, and one run mends it."""
    script, operations = DRIFTS[spoil]
    board = converged.boards["pi1a"]
    whole = seen.result(board)
    if script.endswith("reboot"):
        seen.shell(board, script.removesuffix("; reboot"))
        converged.lab.restart("pi1a")
    else:
        seen.shell(board, f"{{ {script}; }} >/dev/null 2>&1")
    expected = {f"Base | {operation}": frozenset({"pi1a"}) for operation in operations}

    dry = deploying.dry_run(converged.environment, deploy=DEPLOY)
    assert (dry.code, dry.announced) == (0, expected)
    run = deploying.apply(converged.environment, deploy=DEPLOY)
    assert (run.code, run.executed) == (0, expected), run.log
    assert deploying.dry_run(converged.environment, deploy=DEPLOY).announced == {}
    assert seen.result(board) == whole
