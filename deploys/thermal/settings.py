"""The files of the thermal deploy, made from the plan."""

import posixpath
from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from facts.thermal_band import APPLIED_FILE, BAND_FILE, SENSORS
from picluster.plan import started_note
from picluster.plan.node import Node
from picluster.plan.thermal import Band, thresholds
from picluster.plan.thermal_section import Thermal
from picluster.plan.tree import Entry, file

STATE = posixpath.dirname(BAND_FILE)
WATCH = "/usr/local/lib/picluster/thermal-watch"
HEADER = "# Written by PiCluster; the next deploy puts back what is changed here by hand.\n"

_SYSTEMD = "/etc/systemd/system"
LOOK = "picluster-thermal.service"
"""What takes a look, each time that the timer says so."""
_TIMER = "picluster-thermal.timer"
_BEGIN = "picluster-thermal-begin.service"

UNITS = {
    _TIMER: f"{_SYSTEMD}/{_TIMER}",
    LOOK: f"{_SYSTEMD}/{LOOK}",
    _BEGIN: f"{_SYSTEMD}/{_BEGIN}",
}
"""Each unit and its file."""

UNIT_FILES = list(UNITS.values())
_READ = [WATCH, *UNIT_FILES]
PATHS = [*_READ, APPLIED_FILE]
"""All that is written."""


def files(node: Node, section: Thermal, band: Band, report_to: str | None = None) -> list[Entry]:
    """What a board that watches itself gets.

    + band: the one that this deploy goes by
    + report_to: URL that each look is handed in at; None where nobody takes it
    """
    return [
        file(WATCH, watch(node, section, report_to), mode="755"),
        file(UNITS[LOOK], HEADER + _LOOK_UNIT),
        file(UNITS[_TIMER], HEADER + _TIMER_UNIT.format(seconds=section.interval_seconds)),
        file(UNITS[_BEGIN], HEADER + _BEGIN_UNIT.format(note=started_note.exec_start_pre(_READ))),
        file(APPLIED_FILE, f"{band}\n"),
    ]


def digests(entries: Sequence[Entry]) -> dict[str, str]:
    """The units that run, with what each notes at its start; a timer notes nothing."""
    content = {entry.path: entry.content for entry in entries}
    return {_TIMER: "", _BEGIN: started_note.digest(_READ, content)}


def watch(node: Node, section: Thermal, report_to: str | None = None) -> str:
    """The script that looks at a board's sensors.

    + report_to: as for `files`
    """
    limits = thresholds(node.board, section)
    template = Path(__file__).with_name("watch").read_text(encoding="utf-8")
    return (
        f"#!/bin/sh\n{HEADER}"
        f"warm={limits.warm} hot={limits.hot} critical={limits.critical}\n"
        f"hysteresis={limits.hysteresis} calm_seconds={section.calm_minutes * 60}\n"
        f"history_lines={_history_lines(section)}\n"
        f"report_to={quote(report_to or '')}\n" + template.replace("@SENSORS@\n", SENSORS)
    )


def _history_lines(section: Thermal) -> int:
    """How many lines a day has: one with the first look of each minute."""
    interval = section.interval_seconds
    looks = -(-60 // interval)
    return 86_400 // (looks * interval)


# Without the log level systemd would write lines at each look, over a million a year on an SD card.
_LOOK_UNIT = f"""[Unit]
Description=A look at heat and power

[Service]
Type=oneshot
ExecStart={WATCH}
TimeoutStartSec=60
LogLevelMax=warning
"""

# A timer notes nothing when it starts, so the unit that begins the watch does, and takes the timer
# with it. It also looks for the first time: the band is there when a deploy goes on.
_TIMER_UNIT = f"""[Unit]
Description=Looks at heat and power every {{seconds}} s
PartOf={_BEGIN}

[Timer]
OnActiveSec=1s
OnUnitActiveSec={{seconds}}s
AccuracySec=1s

[Install]
WantedBy=timers.target
"""

_BEGIN_UNIT = f"""[Unit]
Description=Begins to watch heat and power

[Service]
Type=oneshot
RemainAfterExit=yes
{{note}}
ExecStart=/bin/systemctl start {LOOK}

[Install]
WantedBy=multi-user.target
"""
