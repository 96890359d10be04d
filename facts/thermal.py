"""Heat: temperature, throttling, undervoltage and clock of a board."""

import re
from typing import Literal, TypedDict

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer

# The kernel's files are world-readable; vcgencmd needs the group `video` or root, and is asked only
# for what they lack. It can hang when the firmware does, hence the time limit.
_COMMAND = r"""export LC_ALL=C
exec 2>/dev/null
firmware() { timeout 5 vcgencmd "$@" | head -n 1 | tr -dc '[:print:]'; }
zone=$(cat /sys/class/thermal/thermal_zone0/temp)
cpu=/sys/devices/system/cpu/cpufreq/policy0
clock=$(cat $cpu/scaling_cur_freq)
alarm=
for monitor in /sys/class/hwmon/hwmon*; do
  if [ "$(cat "$monitor/name")" = rpi_volt ]; then alarm=$(cat "$monitor/in0_lcrit_alarm"); fi
done
echo "zone=$zone"
echo "temperature=$([ -n "$zone" ] || firmware measure_temp)"
echo "throttled=$(firmware get_throttled)"
echo "alarm=$alarm"
echo "clock=$clock"
echo "measured_clock=$([ -n "$clock" ] || firmware measure_clock arm)"
echo "clock_max=$(cat $cpu/cpuinfo_max_freq)"
"""

FlagName = Literal["undervoltage", "frequency_capped", "throttled", "soft_temperature_limit"]

_FLAG_BITS: tuple[tuple[FlagName, int], ...] = (
    ("undervoltage", 0),
    ("frequency_capped", 1),
    ("throttled", 2),
    ("soft_temperature_limit", 3),
)
"""Bits of `vcgencmd get_throttled` for "now"; "since boot" is 16 higher (raspberrypi/utils)."""


class Flag(TypedDict):
    """One condition that the firmware watches."""

    now: bool
    since_boot: bool


class ThermalState(TypedDict):
    """How hot and how slow a board is; None where it has no such sensor."""

    temperature_c: float | None
    throttled: int | None
    """Raw value of `vcgencmd get_throttled`."""
    flags: dict[FlagName, Flag] | None
    """The same, by name. None where vcgencmd is missing or not allowed."""
    undervoltage_alarm: bool | None
    """The kernel's own sensor, polled every two seconds; the Zero family has none."""
    clock_mhz: int | None
    clock_max_mhz: int | None


def parse_thermal(output: list[str]) -> ThermalState:
    """The board's answer as data; raises FactProcessError where it cannot be understood."""
    answer = Answer(output)
    throttled = _firmware(answer, "throttled", r"throttled=(.*)", r"0x[0-9a-fA-F]{1,8}")
    raw = int(throttled, 16) if throttled else None
    return ThermalState(
        temperature_c=_temperature(answer),
        throttled=raw,
        flags=None if raw is None else decode_throttled(raw),
        undervoltage_alarm=answer.flag("alarm") if answer.text("alarm") else None,
        clock_mhz=_clock(answer),
        clock_max_mhz=_divided(answer, "clock_max", 1000),
    )


def decode_throttled(raw: int) -> dict[FlagName, Flag]:
    """The conditions in a value of `vcgencmd get_throttled`."""
    return {
        name: Flag(now=bool(raw >> bit & 1), since_boot=bool(raw >> bit + 16 & 1))
        for name, bit in _FLAG_BITS
    }


def _temperature(answer: Answer) -> float | None:
    millidegrees = answer.number("zone")
    if millidegrees is not None:
        return round(millidegrees / 1000, 1)
    measured = _firmware(answer, "temperature", r"temp=(.*)'C", r"-?[0-9]+(\.[0-9]+)?")
    return float(measured) if measured else None


def _clock(answer: Answer) -> int | None:
    if answer.text("clock") not in (None, "<unknown>"):  # the kernel's word for an idle core
        return _divided(answer, "clock", 1000)
    hertz = _firmware(answer, "measured_clock", r"frequency\([0-9]+\)=(.*)", r"[0-9]+")
    return round(int(hertz) / 1_000_000) if hertz else None


def _divided(answer: Answer, key: str, divisor: int) -> int | None:
    value = answer.number(key)
    return None if value is None else round(value / divisor)


def _firmware(answer: Answer, key: str, form: str, value: str) -> str | None:
    """What vcgencmd answered; None for its many ways to say that it may not or cannot."""
    found = re.fullmatch(form, answer.text(key) or "", re.ASCII)
    if found and not re.fullmatch(value, found[1], re.ASCII):
        raise FactProcessError(f"vcgencmd answered {found[0]!r}, which makes no sense")
    return found[1] if found else None


class Thermal(FactBase[ThermalState | None]):
    """
    Returns temperature, throttle flags, undervoltage and clock of a board; what it has no sensor
    for is ``None``. ``None`` as a whole only where the fact failed, and the host with it.
    """

    @override
    def command(self) -> str:
        return _COMMAND

    @override
    def process(self, output: list[str]) -> ThermalState:
        return parse_thermal(output)
