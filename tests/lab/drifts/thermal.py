"""Single things spoilt by hand of the watch on heat and power."""

from functools import partial

from tests.lab import seen
from tests.lab.drifts.drift import drift

_spoilt = partial(drift, "Thermal", "pi1a")

SETTINGS, WATCH = "Write the watch's settings", "Watch heat and power"

TIMER, BEGIN = "picluster-thermal.timer", "picluster-thermal-begin.service"
SCRIPT = "/usr/local/lib/picluster/thermal-watch"
TIMER_FILE, BEGIN_FILE = f"/etc/systemd/system/{TIMER}", f"/etc/systemd/system/{BEGIN}"
LOOK = "picluster-thermal.service"
LOOK_FILE = f"/etc/systemd/system/{LOOK}"
APPLIED = "/var/lib/picluster/thermal-band"
EDIT = f"sed -i s/critical=/critical=1/ {SCRIPT}"

HOURLY = f"sed -i s/OnUnitActiveSec=.*/OnUnitActiveSec=1h/ {TIMER_FILE}"
BLIND = f"sed -i s,ExecStart=.*,ExecStart=/bin/true, {LOOK_FILE}"
READ = "systemctl daemon-reload"

EDITED = rf"{SCRIPT}: other content; line \d+: .*critical=1.* -> .*critical="
LOOKS_HOURLY = rf"{TIMER_FILE}: other content; line \d+: OnUnitActiveSec=1h -> "
OTHERS = f"{BEGIN}: was started with other settings than wished -> runs"

DRIFTS = {
    "the timer stopped": _spoilt(
        f"systemctl stop {TIMER}", {WATCH}, {f"{TIMER}: does not run -> runs"}
    ),
    "the timer disabled": _spoilt(
        f"systemctl disable {TIMER}", {WATCH}, {f"{TIMER}: does not start at boot -> "}
    ),
    "the script edited": _spoilt(EDIT, {SETTINGS}, {EDITED}),
    "the script edited and begun anew": _spoilt(
        f"{EDIT}; systemctl restart {BEGIN}", {SETTINGS, WATCH}, {EDITED, OTHERS}
    ),
    "the script cannot be started": _spoilt(
        f"chmod 644 {SCRIPT}", {SETTINGS}, {f"{SCRIPT}: mode 644 -> mode 755"}
    ),
    "it looks every hour": _spoilt(
        f"{HOURLY}; {READ}; systemctl restart {BEGIN}",
        {SETTINGS, WATCH},
        {LOOKS_HOURLY, OTHERS},
    ),
    # What has noted nothing of the edit runs as wished as soon as systemd has read the file again:
    # nothing is begun anew for it, and nothing but the file is named.
    "the timer edited": _spoilt(HOURLY, {SETTINGS}, {LOOKS_HOURLY}),
    "the timer edited and read": _spoilt(f"{HOURLY}; {READ}", {SETTINGS}, {LOOKS_HOURLY}),
    "the first look edited and read": _spoilt(
        f"sed -i s/Description=.*/Description=Mine/ {BEGIN_FILE}; {READ}",
        {SETTINGS},
        {rf"{BEGIN_FILE}: other content; line \d+: Description=Mine -> "},
    ),
    "it looks at nothing": _spoilt(
        f"{BLIND}; {READ}",
        {SETTINGS},
        {rf"{LOOK_FILE}: other content; line \d+: ExecStart=/bin/true -> .*{SCRIPT}"},
    ),
    "its files not read by systemd": _spoilt(
        f"touch {LOOK_FILE} {TIMER_FILE} {BEGIN_FILE}",
        {SETTINGS},
        {f"{unit}: has other files than systemd knows -> read" for unit in (LOOK, TIMER, BEGIN)},
    ),
    "another band noted than the board has": _spoilt(
        f"echo hot >{APPLIED}",
        {SETTINGS},
        {f"{APPLIED}: other content; line 1: hot -> line 1: cool"},
    ),
    "YARN's health script edited": drift(
        "YARN",
        "pi2a",
        "sed -i '1a exit 0' /usr/local/lib/picluster/thermal-health",
        {"Write YARN's settings"},
        {"/usr/local/lib/picluster/thermal-health: other content; line 2: exit 0 -> line 2: "},
    ),
    "the label of the band changed": drift(
        "Swarm",
        "pi2a",
        lambda lab: seen.shell(
            lab.boards["pi8"], "docker node update --label-add pi.thermal=hot pi2a >/dev/null"
        ),
        {"Set labels and availability"},
        {"label pi.thermal: hot -> cool"},
    ),
}
