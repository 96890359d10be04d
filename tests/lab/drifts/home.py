"""Single things spoilt by hand of the cluster's home page."""

from functools import partial

from tests.lab.drifts.drift import drift

# The second strongest of a lab of three.
_spoilt = partial(drift, "Home", "pi2a")

STOP, SETTINGS = "Stop a home page that is elsewhere now", "Write the home page"
INSTALL, SERVE = "Install the web server", "Serve the home page"

UNIT = "picluster-home.service"
UNIT_FILE = f"/etc/systemd/system/{UNIT}"
FOLDER = "/etc/picluster-home"
CONF, INDEX = f"{FOLDER}/nginx.conf", f"{FOLDER}/page/index.html"
DEBIANS = "/etc/systemd/system/nginx.service.d/picluster.conf"

# A board's place that every computer of the network may write to.
OPEN = f"sed -i '/allow /s/allow .*/allow all;/' {CONF}"
OPENED = rf"{CONF}: other content; line \d+: allow all; -> line \d+: allow "
REPLACED = f"{UNIT}: runs a program that was removed or replaced since -> runs"
OTHERS = f"{UNIT}: was started with other settings than wished -> runs"

DRIFTS = {
    "stopped": _spoilt(f"systemctl stop {UNIT}", {SERVE}, {f"{UNIT}: does not run -> runs"}),
    "disabled": _spoilt(
        f"systemctl disable {UNIT}", {SERVE}, {f"{UNIT}: does not start at boot -> "}
    ),
    "the page edited": _spoilt(
        f"sed -i s/Boards/Mine/ {INDEX}",
        {SETTINGS},
        {rf"{INDEX}: other content; line \d+: .*Mine.* -> line \d+: .*Boards"},
    ),
    "a file of the page gone": _spoilt(
        f"rm {FOLDER}/page/style.css",
        {SETTINGS},
        {f"{FOLDER}/page/style.css: not there -> a file"},
    ),
    "figures that anybody may write": _spoilt(OPEN, {SETTINGS}, {OPENED}),
    "figures that anybody may write, in force": _spoilt(
        f"{OPEN}; systemctl restart {UNIT}", {SETTINGS, SERVE}, {OPENED, OTHERS}, restarts={UNIT}
    ),
    "its unit edited": _spoilt(
        f"sed -i s/User=.*/User=root/ {UNIT_FILE}",
        {SETTINGS},
        {rf"{UNIT_FILE}: other content; line \d+: User=root -> line \d+: User=www-data"},
    ),
    "Debian's own page at each boot": _spoilt(
        f"rm {DEBIANS}", {SETTINGS}, {f"{DEBIANS}: not there -> a file"}
    ),
    # It runs on, from memory, and would not start again.
    "its package removed": _spoilt(
        "apt-get remove -q -y nginx >/dev/null",
        {INSTALL, SERVE},
        {"package nginx: not installed -> ", REPLACED},
        restarts={UNIT},
    ),
    # As an upgrade of Debian's does, which restarts the unit of the package and knows none of ours.
    "its program replaced": _spoilt(
        "cp -p /usr/sbin/nginx /usr/sbin/nginx.new; mv /usr/sbin/nginx.new /usr/sbin/nginx",
        {SERVE},
        {REPLACED},
        restarts={UNIT},
    ),
    "left over on another board": drift(
        "Home",
        "pi1a",
        f"mkdir -p {FOLDER}/page; touch {INDEX}",
        {STOP},
        {f"{FOLDER}: there -> gone"},
    ),
}
