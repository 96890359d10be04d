"""The band of heat and power that a board is in, as its watch sees it."""

import re
from typing import TypedDict

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import REPORT_FILE, Answer
from facts.arguments import RefusedArgumentError, refusal
from facts.thermal import decode_throttled
from picluster.plan import thermal
from picluster.plan.thermal import BANDS, Band, Reading, Thresholds

BAND_FILE = "/run/picluster/thermal/band"
"""What the watch saw at its last look; /run is in memory, and empty after a boot."""

APPLIED_FILE = "/var/lib/picluster/thermal-band"
"""The band that the last deploy went by."""

# Shell lines that set `celsius` (empty where there is none), `tenths` (the same as a whole number
# of tenths), `throttled` (0x…, or empty) and `undervolted` (1 or 0). The watch is made of them too.
# What makes no sense counts as no sensor: a broken one must not stop a board. All in the shell's
# own words, since a watch does it every few seconds.
SENSORS = r"""celsius='' tenths='' throttled='' undervolted=0
zone=
read -r zone 2>/dev/null </sys/class/thermal/thermal_zone0/temp
sign=
case $zone in -*) sign=- zone=${zone#-} ;; esac
case $zone in
0 | [1-9] | [1-9][0-9] | [1-9][0-9][0-9] | [1-9][0-9][0-9][0-9] | [1-9][0-9][0-9][0-9][0-9] | \
1[0-4][0-9][0-9][0-9][0-9]) tenths=$(((zone + 50) / 100)) ;;
*)
  answer=$(timeout 5 vcgencmd measure_temp 2>/dev/null)
  answer=${answer#temp=}
  sign=
  case $answer in -*) sign=- answer=${answer#-} ;; esac
  case $answer in
  [0-9].[0-9]\'C | [1-9][0-9].[0-9]\'C | 1[0-4][0-9].[0-9]\'C)
    answer=${answer%\'C}
    tenths=$((${answer%.*} * 10 + ${answer#*.}))
    ;;
  esac
  ;;
esac
if [ -n "$tenths" ]; then
  if [ "$tenths" = 0 ]; then sign=''; fi
  celsius=$sign$((tenths / 10)).$((tenths % 10))
  tenths=$sign$tenths
fi
answer=$(timeout 5 vcgencmd get_throttled 2>/dev/null)
case $answer in
throttled=0x | throttled=0x*[!0-9a-fA-F]* | throttled=0x?????????*) ;;
throttled=0x*) throttled=${answer#throttled=} ;;
esac
undervolted=$((${throttled:-0} & 1))
for monitor in /sys/class/hwmon/hwmon*; do
  name='' alarm=''
  read -r name 2>/dev/null <"$monitor/name"
  if [ "$name" = rpi_volt ]; then read -r alarm 2>/dev/null <"$monitor/in0_lcrit_alarm"; fi
  if [ "$alarm" = 1 ]; then undervolted=1; fi
done
"""

SENSORS_TOLD = (
    SENSORS
    + r"""read -r uptime _ </proc/uptime
echo "uptime=${uptime%%.*}"
echo "celsius=$celsius"
echo "throttled=$throttled"
echo "undervolted=$undervolted"
"""
)
"""Shell lines that look at the sensors and print what they saw, for `sensors_of`."""

_COMMAND = (
    "export LC_ALL=C\nexec 2>/dev/null\n"
    + REPORT_FILE
    + "\n"
    + SENSORS_TOLD
    + f"""report_file file {BAND_FILE}
report_file applied {APPLIED_FILE}
"""
)


class BandState(TypedDict):
    """A board's band, and why."""

    band: Band
    celsius: float | None
    undervolted: bool
    """Right now, not only lately."""
    reason: str
    """Such as `76.2 °C, hot from 75 °C`."""
    applied: Band | None
    """The band that the last deploy went by; None where none did."""
    watched: bool
    """Whether the board's own watch looked at it lately."""


class Look(TypedDict):
    """The sensors at one moment, and what went before."""

    reading: Reading
    heat: Band | None
    uptime: int | None
    undervolted_uptime: int | None


def parse_band(
    answer: Answer, limits: Thresholds, *, calm_seconds: int, stale_seconds: int
) -> BandState:
    """The band of a board; raises FactProcessError where its answer cannot be understood.

    The band is made of what the watch saw, by the thresholds of cluster.toml: the watch may still
    go by former ones. By the same ones it is the watch's own band.
    """
    uptime, now = sensors_of(answer)
    seen = look_of(answer.file("file", BAND_FILE) or b"")
    watched = seen["uptime"] is not None and 0 <= uptime - seen["uptime"] <= stale_seconds
    # A dip that the watch did not see is over at its next look: a band made of it would be another
    # one in the next run. It counts for what is done right now, and there alone.
    reading = seen["reading"] if watched else now
    undervolted = seen["undervolted_uptime"]
    lately = undervolted is not None and 0 <= uptime - undervolted < calm_seconds
    applied = (answer.file("applied", APPLIED_FILE) or b"").decode(errors="replace")
    return BandState(
        band=thermal.band_of(reading, seen["heat"], lately, limits),
        celsius=reading.celsius,
        undervolted=now.undervolted,
        reason=thermal.reason(reading, seen["heat"], lately, limits),
        applied=_band(applied.strip()),
        watched=watched,
    )


def sensors_of(answer: Answer) -> tuple[int, Reading]:
    """The uptime in seconds, and what the sensors said, as SENSORS_TOLD prints them.

    Raises FactProcessError for a board without an uptime.
    """
    uptime = answer.number("uptime")
    if uptime is None:
        raise FactProcessError("the board could not tell its 'uptime'")
    now = reading_of(answer.text("celsius"), answer.text("throttled"), answer.flag("undervolted"))
    return uptime, now


def look_of(content: bytes) -> Look:
    """What the band file tells; of one that is damaged, nothing."""
    lines = content.decode(errors="replace").splitlines()
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    return Look(
        reading=reading_of(
            values.get("celsius"), values.get("throttled"), values.get("undervolted") == "1"
        ),
        heat=_band(values.get("heat")),
        uptime=_seconds(values.get("uptime")),
        undervolted_uptime=_seconds(values.get("undervolted_uptime")),
    )


def reading_of(celsius: str | None, throttled: str | None, undervolted: bool) -> Reading:
    known = re.fullmatch(r"-?[0-9]{1,3}\.[0-9]", celsius or "", re.ASCII)
    bits = re.fullmatch(r"0x[0-9a-fA-F]{1,8}", throttled or "", re.ASCII)
    flags = decode_throttled(int(bits[0], 16) if bits else 0)
    return Reading(
        celsius=float(known[0]) if known else None,
        undervolted=undervolted,
        capped=flags["frequency_capped"]["now"],
        throttled=flags["throttled"]["now"],
        soft_limited=flags["soft_temperature_limit"]["now"],
    )


def _band(text: str | None) -> Band | None:
    return next((band for band in BANDS if band == text), None)


def _seconds(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[0-9]{1,12}", text, re.ASCII) else None


class BandNow(FactBase[BandState | None]):
    """
    Returns the band of heat and power that a board is in: of its watch's last look, or where none
    looked lately, of its sensors. ``None`` only where the fact failed, and the host with it.

    + warm, hot, critical: temperatures in °C from which the board is in these bands
    + hysteresis: how many °C below its begin a band is left
    + calm_seconds: how long undervoltage counts after it was seen
    + stale_seconds: age of a look from which it counts no longer
    """

    _asked: tuple[Thresholds, int, int]

    @override
    def command(
        self,
        warm: int,
        hot: int,
        critical: int,
        hysteresis: int,
        calm_seconds: int = 300,
        stale_seconds: int = 60,
    ) -> str:
        numbers = (warm, hot, critical, hysteresis, calm_seconds, stale_seconds)
        for number in numbers:
            if isinstance(number, bool) or not isinstance(number, int) or number < 0:
                return refusal(RefusedArgumentError(f"{number!r} is no whole number from 0"))
        limits = Thresholds(warm=warm, hot=hot, critical=critical, hysteresis=hysteresis)
        self._asked = (limits, calm_seconds, stale_seconds)
        return _COMMAND

    @override
    def process(self, output: list[str]) -> BandState:
        answer = Answer(output)  # first of all: it tells of arguments that were refused
        limits, calm, stale = self._asked
        return parse_band(answer, limits, calm_seconds=calm, stale_seconds=stale)
