"""The thermal fact's command on played sensors."""

from pathlib import Path

from facts.thermal import Thermal, ThermalState
from tests.facts.shell import on_root, run, tool, write

VCGENCMD = """case $* in
measure_temp) echo "temp=51.0'C" ;;
get_throttled) echo throttled=0x50000 ;;
'measure_clock arm') echo 'frequency(48)=600117184' ;;
esac"""


def _look(root: Path, vcgencmd: str) -> ThermalState:
    tools = tool(root / "bin", "vcgencmd", vcgencmd)
    return Thermal().process(run(on_root(Thermal().command(), root), tools=tools))


def test_the_kernel_is_asked_first(tmp_path: Path) -> None:
    cpu = "/sys/devices/system/cpu/cpufreq/policy0"
    write(
        tmp_path,
        {
            "/sys/class/thermal/thermal_zone0/temp": "48312\n",
            "/sys/class/hwmon/hwmon0/name": "cpu_thermal\n",
            "/sys/class/hwmon/hwmon1/name": "rpi_volt\n",
            "/sys/class/hwmon/hwmon1/in0_lcrit_alarm": "1\n",
            f"{cpu}/scaling_cur_freq": "1400000\n",
            f"{cpu}/cpuinfo_max_freq": "1400000\n",
        },
    )
    found = _look(tmp_path, VCGENCMD)
    assert (found["temperature_c"], found["undervoltage_alarm"]) == (48.3, True)
    assert (found["throttled"], found["clock_mhz"], found["clock_max_mhz"]) == (0x50000, 1400, 1400)


def test_then_the_firmware(tmp_path: Path) -> None:
    found = _look(tmp_path, VCGENCMD)
    assert (found["temperature_c"], found["clock_mhz"], found["throttled"]) == (51.0, 600, 0x50000)


def test_a_firmware_that_refuses_is_no_failure(tmp_path: Path) -> None:
    refusal = 'echo "Can\'t open device file: /dev/vcio_gencmd" >&2; exit 255'
    found = _look(tmp_path, refusal)
    assert set(found.values()) == {None}


def test_this_machine() -> None:
    assert "temperature_c" in Thermal().process(run(Thermal().command()))
