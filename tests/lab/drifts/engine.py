"""Single things spoilt by hand on a board's Docker Engine.

What is on disk is mended while what runs goes on, since it runs as wished; the engine stops only
where what runs is not as wished.
"""

from functools import partial

from tests.lab.drifts.drift import drift

_spoilt = partial(drift, "Docker", "pi1a")

SETTINGS, INSTALL, START = "Write Docker's settings", "Install Docker", "Start Docker"
ROLL = "Upgrade or restart Docker, one board at a time"

DAEMON, CONTAINERD = "docker.service", "containerd.service"
DROP_IN = "/etc/systemd/system/docker.service.d/picluster.conf"
EDIT = 'sed -i \'s/"10m"/"99m"/\' /etc/docker/daemon.json'
RESTART = "systemctl restart docker.service"
STOP = "systemctl stop docker.socket docker.service"

EDITED = r"/etc/docker/daemon.json: other content; line \d+: .*99m.* -> .*10m"
REMOVED = f"{DROP_IN}: not there -> a file"
UNREAD = "units of Docker: other files than systemd knows"
RUNS = "the Docker Engine that runs"
DOWN = "Docker Engine: does not run -> runs"

DRIFTS = {
    "daemon.json edited": _spoilt(EDIT, {SETTINGS}, {EDITED}),
    "drop-in removed": _spoilt(f"rm {DROP_IN}", {SETTINGS}, {REMOVED}),
    "drop-in removed and systemd told": _spoilt(
        f"rm {DROP_IN}; systemctl daemon-reload", {SETTINGS}, {REMOVED}
    ),
    "systemd not told": _spoilt(f"touch {DROP_IN}", {SETTINGS}, {UNREAD}),
    "list of files lost": _spoilt(
        "rm /var/lib/picluster/docker.paths", {SETTINGS}, {"/var/lib/picluster/docker.paths"}
    ),
    "disabled": _spoilt(
        "systemctl disable docker.service",
        {START},
        {"Docker Engine: does not start at boot -> starts at boot"},
    ),
    "daemon.json edited and in force": _spoilt(
        f"{EDIT}; {RESTART}", {SETTINGS, ROLL}, {EDITED, RUNS}, restarts={DAEMON}
    ),
    "started without the drop-in": _spoilt(
        f"rm {DROP_IN}; systemctl daemon-reload; {RESTART}",
        {SETTINGS, ROLL},
        {REMOVED, RUNS},
        restarts={DAEMON},
    ),
    "daemon.json put back, not yet in force": _spoilt(
        f"cp -p /etc/docker/daemon.json /root/kept; {EDIT}; {RESTART}; "
        "mv /root/kept /etc/docker/daemon.json",
        {ROLL},
        {RUNS},
        restarts={DAEMON},
    ),
    "program replaced below the engine": _spoilt(
        "cp -p /usr/sbin/dockerd /usr/sbin/dockerd.new && "
        "mv /usr/sbin/dockerd.new /usr/sbin/dockerd",
        {ROLL},
        {RUNS},
        restarts={DAEMON},
    ),
    "program replaced below containerd": _spoilt(
        "cp -p /usr/bin/containerd /usr/bin/containerd.new && "
        "mv /usr/bin/containerd.new /usr/bin/containerd",
        {ROLL},
        {RUNS},
        restarts={DAEMON, CONTAINERD},
    ),
    "iptables-legacy chosen": _spoilt(
        "update-alternatives --set iptables /usr/sbin/iptables-legacy && "
        f"update-alternatives --set ip6tables /usr/sbin/ip6tables-legacy && {RESTART}",
        {ROLL},
        {RUNS},
        restarts={DAEMON},
    ),
    "stopped": _spoilt(STOP, {START}, {DOWN}),
    # systemd counts the unit's files as changed then.
    "masked": _spoilt(
        f"{STOP}; systemctl mask docker.service",
        {SETTINGS, START},
        {UNREAD, DOWN, "Docker Engine: does not start at boot"},
    ),
    "it cannot start with what was written": _spoilt(
        "systemctl stop docker.service; echo '{\"nonsense\": 1}' >/etc/docker/daemon.json; "
        f"{RESTART} || true",
        {SETTINGS, START},
        {"/etc/docker/daemon.json: other content", DOWN},
    ),
}
