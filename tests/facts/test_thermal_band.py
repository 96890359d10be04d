"""The band fact's command on played sensors."""

from pathlib import Path
from typing import Any

import pytest
from pyinfra.api.exceptions import FactProcessError

from facts.thermal_band import BandNow, BandState
from tests.facts.shell import on_root, run, tool, write

PI4 = {"warm": 70, "hot": 75, "critical": 82, "hysteresis": 5}
ZONE = "/sys/class/thermal/thermal_zone0/temp"
HWMON = "/sys/class/hwmon/hwmon1"
LOOK = "heat=hot\ncelsius=72.0\nundervolted=0\nthrottled=0x0\nuptime=690\nundervolted_uptime=\n"


def _board(root: Path, files: dict[str, str | bytes], *, vcgencmd: str = "exit 127") -> BandState:
    write(root, {"/proc/uptime": "700.31 2100.00\n", **files})
    tools = tool(root / "bin", "vcgencmd", vcgencmd)
    fact = BandNow()
    return fact.process(run(on_root(fact.command(**PI4), root), tools=tools))


def test_a_blank_board_without_vcgencmd(tmp_path: Path) -> None:
    found = _board(tmp_path, {ZONE: "48312\n"})
    assert found == {
        "band": "cool",
        "celsius": 48.3,
        "undervolted": False,
        "reason": "48.3 °C",
        "applied": None,
        "watched": False,
    }


def test_a_look_of_the_watch(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        ZONE: "60000\n",
        "/run/picluster/thermal/band": LOOK,
        "/var/lib/picluster/thermal-band": "warm\n",
    }
    found = _board(tmp_path, files)
    assert (found["band"], found["celsius"], found["watched"]) == ("hot", 72.0, True)
    assert found["applied"] == "warm"


def test_one_that_the_watch_saw_is_over_only_when_it_says_so(tmp_path: Path) -> None:
    look = LOOK.replace("hot", "cool").replace("undervolted=0", "undervolted=1")
    look = look.replace("undervolted_uptime=", "undervolted_uptime=690")
    found = _board(tmp_path, {ZONE: "48312\n", "/run/picluster/thermal/band": look})
    assert (found["band"], found["undervolted"]) == ("hot", False)


@pytest.mark.parametrize(
    ("zone", "celsius"),
    [
        ("75000", 75.0),
        ("74950", 75.0),
        ("74949", 74.9),
        ("0", 0.0),
        ("-1500", -1.5),
        ("-49", 0.0),
        ("149999", 150.0),
        # No sensor of a Pi says so.
        ("150000", None),
        ("999999999999999999999", None),
        ("048000", None),
        ("0x10", None),
        ("--5", None),
        ("", None),
        ("hot", None),
        ("48312; id", None),
        (b"\xff\x00\x80", None),
    ],
)
def test_temperatures(tmp_path: Path, zone: str | bytes, celsius: float | None) -> None:
    assert _board(tmp_path, {ZONE: zone})["celsius"] == celsius


def test_a_zone_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / ZONE.lstrip("/")).mkdir(parents=True)
    assert _board(tmp_path, {})["celsius"] is None


@pytest.mark.parametrize(
    ("answer", "celsius"),
    [
        ("temp=51.0'C", 51.0),
        ("temp=0.9'C", 0.9),
        ("temp=-3.2'C", -3.2),
        ("temp=149.9'C", 149.9),
        ("temp=150.0'C", None),
        ("temp=08.3'C", None),
        ("temp=51'C", None),
        ("temp=$(id)'C", None),
        ("VCHI initialization failed", None),
        ("", None),
    ],
)
def test_the_firmware_is_asked_where_there_is_no_zone(
    tmp_path: Path, answer: str, celsius: float | None
) -> None:
    (tmp_path / "answer").write_text(answer)
    vcgencmd = f'case $1 in measure_temp) cat {tmp_path}/answer ;; *) echo "throttled=0x0" ;; esac'
    assert _board(tmp_path, {}, vcgencmd=vcgencmd)["celsius"] == celsius


@pytest.mark.parametrize(
    ("answer", "band", "undervolted"),
    [
        ("throttled=0x0", "cool", False),
        ("throttled=0x50000", "cool", False),
        ("throttled=0x50005", "hot", True),
        ("throttled=0x1", "hot", True),
        ("throttled=0x2", "hot", False),
        ("throttled=0x4", "hot", False),
        ("throttled=0x8", "warm", False),
        ("throttled=0xfffffff", "hot", True),
        ("throttled=0xFFFFFFFF", "hot", True),
        ("throttled=0xFFFFFFFFF", "cool", False),
        ("throttled=0x", "cool", False),
        ("throttled=0xg", "cool", False),
        ("throttled=5", "cool", False),
        ('error=1 error_msg="Command not registered"', "cool", False),
    ],
)
def test_the_firmware_s_flags(tmp_path: Path, answer: str, band: str, undervolted: bool) -> None:
    found = _board(tmp_path, {ZONE: "48000\n"}, vcgencmd=f"echo '{answer}'")
    assert (found["band"], found["undervolted"]) == (band, undervolted)


@pytest.mark.parametrize(
    ("name", "alarm", "undervolted"),
    [
        ("rpi_volt\n", "1\n", True),
        ("rpi_volt\n", "0\n", False),
        ("rpi_volt\n", "?\n", False),
        ("cpu_thermal\n", "1\n", False),
    ],
)
def test_the_kernel_s_alarm(tmp_path: Path, name: str, alarm: str, undervolted: bool) -> None:
    found = _board(tmp_path, {f"{HWMON}/name": name, f"{HWMON}/in0_lcrit_alarm": alarm})
    assert found["undervolted"] == undervolted


@pytest.mark.parametrize("value", [-1, "70", 70.5, True, None, "$(id)", [70]])
@pytest.mark.parametrize("name", [*PI4, "calm_seconds", "stale_seconds"])
def test_odd_arguments_are_refused(name: str, value: Any) -> None:
    fact = BandNow()
    output = run(fact.command(**{**PI4, name: value}))
    with pytest.raises(FactProcessError, match="is no whole number"):
        fact.process(output)
