"""Single things of the base system spoilt by hand."""

from functools import partial

from tests.lab.drifts.drift import drift

_spoilt = partial(drift, "Base", "pi1a")

HOSTS = "Write /etc/hosts and apt's proxy"
SETTINGS = "Write system settings"
CMDLINE = "/boot/firmware/cmdline.txt"
WITHOUT_ARGUMENT = f"sed -i 's/ cgroup_enable=memory//' {CMDLINE}"
POLICY = "/usr/sbin/policy-rc.d"
POLICY_MARK = "# picluster: taken away again when the packages are installed"
WATCHDOG = "/etc/systemd/system.conf.d/30-picluster-watchdog.conf"

DRIFTS = {
    "host name": _spoilt(
        "hostnamectl set-hostname other",
        {"Set the host name"},
        {"host name now: other -> pi1a", "host name at boot: other -> pi1a"},
    ),
    "host name of the next boot": _spoilt(
        "echo other >/etc/hostname", {"Set the host name"}, {"host name at boot: other -> pi1a"}
    ),
    "hosts edited": _spoilt(
        "echo 10.0.0.1 pi8 >>/etc/hosts",
        {HOSTS},
        {r"/etc/hosts: other content; line \d+: 10.0.0.1 pi8 -> no line"},
    ),
    "hosts unreadable": _spoilt(
        "chmod 600 /etc/hosts", {HOSTS}, {"/etc/hosts: mode 600 -> mode 644"}
    ),
    "hosts of another owner": _spoilt(
        "chown pi /etc/hosts", {HOSTS}, {"/etc/hosts: user pi -> user root"}
    ),
    "apt's proxy removed": _spoilt(
        "rm /etc/apt/apt.conf.d/30-picluster-proxy",
        {HOSTS},
        {"/etc/apt/apt.conf.d/30-picluster-proxy: not there -> a file"},
    ),
    "apt's proxy cannot be started": _spoilt(
        "chmod 644 /usr/local/lib/picluster/apt-proxy",
        {HOSTS},
        {"/usr/local/lib/picluster/apt-proxy: mode 644 -> mode 755"},
    ),
    "time zone": _spoilt(
        "ln -sf /usr/share/zoneinfo/Asia/Tokyo /etc/localtime",
        {"Set the time zone"},
        {"time zone: Asia/Tokyo -> Etc/UTC"},
    ),
    "package removed": _spoilt(
        "dpkg --remove --force-depends rsync",
        {"Install packages"},
        {"package rsync: not installed -> installed"},
    ),
    "left by an installation that was cut off": _spoilt(
        f"printf '#!/bin/sh\\n{POLICY_MARK}\\nexit 101\\n' >{POLICY}; chmod 755 {POLICY}",
        {"Install packages"},
        {f"{POLICY}: left there .* -> gone"},
    ),
    "kernel argument lost": _spoilt(
        WITHOUT_ARGUMENT,
        {"Set kernel arguments"},
        {f"kernel argument cgroup_enable=memory in {CMDLINE}: missing -> there"},
    ),
    "kernel argument that undoes ours": _spoilt(
        f"sed -i 's/$/ cgroup_disable=memory/' {CMDLINE}",
        {"Set kernel arguments"},
        {f"kernel argument cgroup_disable=memory in {CMDLINE}: there -> gone"},
    ),
    "firmware setting lost": _spoilt(
        "sed -i /gpu_mem/d /boot/firmware/config.txt",
        {"Set firmware settings"},
        {"gpu_mem in /boot/firmware/config.txt: not set -> 16"},
    ),
    "firmware setting changed": _spoilt(
        "sed -i s/gpu_mem=16/gpu_mem=64/ /boot/firmware/config.txt",
        {"Set firmware settings"},
        {"gpu_mem in /boot/firmware/config.txt: 64 -> 16"},
    ),
    "swap file back": _spoilt(
        "systemctl enable --now dphys-swapfile",
        {"Set up swap"},
        {"dphys-swapfile: starts at boot -> switched off", "swap in .*: in use -> not used"},
    ),
    "sysctl file edited": _spoilt(
        "echo net.ipv4.ip_forward=0 >/etc/sysctl.d/90-picluster.conf",
        {SETTINGS},
        {"/etc/sysctl.d/90-picluster.conf: other content"},
    ),
    "modules file gone": _spoilt(
        "rm /etc/modules-load.d/picluster.conf",
        {SETTINGS},
        {"/etc/modules-load.d/picluster.conf: not there -> a file"},
    ),
    "sysctl running": _spoilt(
        "sysctl -q -w net.ipv4.ip_forward=0",
        {"Set kernel parameters"},
        {"kernel parameter net.ipv4.ip_forward: 0 -> 1"},
    ),
    "watchdog off": _spoilt(
        f"rm {WATCHDOG}; systemctl daemon-reexec",
        {SETTINGS, "Start the watchdog"},
        {f"{WATCHDOG}: not there -> a file", "watchdog that systemd feeds: .* -> 15"},
    ),
    "watchdog not running": _spoilt(
        "mkdir -p /run/systemd/system.conf.d && "
        "printf '[Manager]\\nRuntimeWatchdogSec=0\\n' >/run/systemd/system.conf.d/99-off.conf && "
        "systemctl daemon-reexec && rm /run/systemd/system.conf.d/99-off.conf",
        {"Start the watchdog"},
        {"watchdog that systemd feeds: .* -> 15"},
    ),
    "list of files lost": _spoilt(
        "rm /var/lib/picluster/base.paths", {SETTINGS}, {"/var/lib/picluster/base.paths"}
    ),
    "a file that left the list": _spoilt(
        "echo old >/etc/demo-old.conf; echo /etc/demo-old.conf >>/var/lib/picluster/base.paths",
        {SETTINGS},
        {"/etc/demo-old.conf: there -> gone", "/var/lib/picluster/base.paths"},
    ),
    "booted without its argument": _spoilt(
        WITHOUT_ARGUMENT,
        {"Set kernel arguments", "Reboot into what is wished"},
        {
            f"kernel argument cgroup_enable=memory in {CMDLINE}: missing -> there",
            "the running system: cgroup_enable=memory is not in force",
        },
        reboots=True,
    ),
}
