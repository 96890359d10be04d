"""The watch's script, run with `sh` on played sensors."""

import json
import os
import shlex
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploys.thermal.settings import watch
from facts.thermal import decode_throttled
from picluster.plan.load import load_config
from picluster.plan.node import Node
from picluster.plan.thermal import Band, Reading, band_of, heat_of, reason, thresholds
from picluster.plan.thermal_section import Thermal
from tests.facts import apart
from tests.facts.shell import on_root, run, tool, write

NODES = load_config(Path("cluster.example.toml")).nodes
PI4, PI3 = NODES[0], NODES[4]
CALM = 120
SECTION = Thermal(calm_minutes=CALM // 60)

ZONE = "/sys/class/thermal/thermal_zone0/temp"
ALARM = "/sys/class/hwmon/hwmon0/in0_lcrit_alarm"
STATE = "/run/picluster/thermal"
BAND, HISTORY = f"{STATE}/band", f"{STATE}/history"


@dataclass(frozen=True)
class Look:
    """What the sensors say at one look; None for one that is not there."""

    millidegrees: int | None
    throttled: int | None
    alarm: bool | None
    seconds: int
    """Since the look before."""


looks = st.builds(
    Look,
    # Around the edges, where a slip would show.
    st.none()
    | st.integers(-2_000, 100_000)
    | st.integers(-60, 60)
    | st.builds(
        lambda edge, step: edge * 1000 + step * 50,
        st.sampled_from([55, 60, 65, 70, 75, 77, 82]),
        st.integers(-3, 3),
    ),
    st.none() | st.integers(0, 15) | st.sampled_from([0x50000, 0x50005, 0xFFFFFFFF]),
    st.none() | st.booleans(),
    st.sampled_from([0, 15, CALM - 1, CALM, CALM + 1]),
)


def _board(
    root: Path, node: Node = PI4, section: Thermal = SECTION, report_to: str | None = None
) -> str:
    """A board that has booted 100 s ago, and the path of its watch."""
    write(
        root,
        {
            "/watch": on_root(watch(node, section, report_to), root),
            "/proc/uptime": "100.71 400.00\n",
            ZONE: "48312\n",
            "/sys/class/hwmon/hwmon0/name": "rpi_volt\n",
        },
    )
    # Of a board without vcgencmd: the machine that the tests run on may have one.
    tool(root / "bin", "vcgencmd", f'read -r answer <{root}/answer && echo "$answer"')
    return str(root / "watch")


def _look(root: Path, uptime: int | None = None, prefix: str = "") -> dict[str, str]:
    if uptime is not None:
        write(root, {"/proc/uptime": f"{uptime}.00 400.00\n"})
    run(f"exec 2>&1; {prefix} sh {root}/watch", tools=root / "bin")
    return _told((root / BAND.lstrip("/")).read_text())


def _told(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines())


def _history(root: Path) -> list[str]:
    return (root / HISTORY.lstrip("/")).read_text().splitlines()


@settings(max_examples=20, deadline=None)
@given(st.sampled_from([PI4, PI3]), st.lists(looks, min_size=1, max_size=12))
def test_it_agrees_with_the_plan(node: Node, path: Sequence[Look]) -> None:
    root = Path(tempfile.mkdtemp())
    try:
        _board(root, node)
        told = [_told(part) for part in _walk(root, path)]
    finally:
        shutil.rmtree(root)
    limits, heat, uptime, seen = thresholds(node.board, SECTION), None, 100, None
    for number, (look, found) in enumerate(zip(path, told, strict=True)):
        uptime += look.seconds
        reading = _reading(look)
        lately = seen is not None and uptime - seen < CALM
        expected: Band = band_of(reading, heat, lately, limits)
        assert found["band"] == expected, (number, look, found)
        assert found["reason"] == reason(reading, heat, lately, limits).replace("°C", "C")
        heat = heat_of(reading.celsius, heat, limits)
        seen = uptime if reading.undervolted else seen
        assert found["heat"] == heat
        assert found["celsius"] == ("" if reading.celsius is None else f"{reading.celsius:.1f}")
        assert found["undervolted"] == str(int(reading.undervolted))
        assert found["throttled"] == ("" if look.throttled is None else f"0x{look.throttled:x}")
        assert found["uptime"] == str(uptime)
        assert found["undervolted_uptime"] == ("" if seen is None else str(seen))


def _walk(root: Path, path: Sequence[Look]) -> list[str]:
    """The band file after each of these looks, all in one process."""
    lines, uptime = [], 100
    for look in path:
        uptime += look.seconds
        bits = None if look.throttled is None else f"throttled=0x{look.throttled:x}"
        lines += [
            _play(root / ZONE.lstrip("/"), look.millidegrees),
            _play(root / "answer", bits),
            _play(root / ALARM.lstrip("/"), None if look.alarm is None else int(look.alarm)),
            f"echo {uptime}.99 1.00 >{root}/proc/uptime",
            f"(. {root}/watch) && cat {root}{BAND} && echo --",
        ]
    output = "\n".join(run("\n".join(lines), tools=root / "bin"))
    return output.removesuffix("\n--").split("\n--\n")


def _play(path: Path, value: int | str | None) -> str:
    where = shlex.quote(str(path))
    return f"rm -f {where}" if value is None else f"echo {value} >{where}"


def _reading(look: Look) -> Reading:
    flags = decode_throttled(look.throttled or 0)
    celsius = look.millidegrees
    if celsius is not None:
        celsius = (abs(celsius) + 50) // 100 * (1 if celsius >= 0 else -1)
    return Reading(
        celsius=None if celsius is None else celsius / 10,
        undervolted=flags["undervoltage"]["now"] or bool(look.alarm),
        capped=flags["frequency_capped"]["now"],
        throttled=flags["throttled"]["now"],
        soft_limited=flags["soft_temperature_limit"]["now"],
    )


def test_a_first_look(tmp_path: Path) -> None:
    _board(tmp_path)
    assert _look(tmp_path, prefix="umask 077;") == {
        "band": "cool",
        "heat": "cool",
        "celsius": "48.3",
        "undervolted": "0",
        "throttled": "",
        "uptime": "100",
        "undervolted_uptime": "",
        "noted_uptime": "100",
        "reason": "48.3 C",
    }
    # YARN's daemon reads it, as a user of its own.
    state = tmp_path / STATE.lstrip("/")
    assert stat.S_IMODE(state.stat().st_mode) == 0o755
    assert {stat.S_IMODE(path.stat().st_mode) for path in state.iterdir()} == {0o644}
    assert {path.name for path in state.iterdir()} == {"band", "history"}


def test_it_says_nothing(tmp_path: Path) -> None:
    """Each word would be a line in the journal, every few seconds."""
    script = _board(tmp_path)
    shutil.rmtree(tmp_path / "sys")
    done = apart.run(["sh", script], check=True, capture_output=True, timeout=60)
    assert (done.stdout, done.stderr) == (b"", b"")


@pytest.mark.parametrize("zone", ["", "hot\n", "48312 5\n", "-\n", "09000\n", "$(touch owned)\n"])
def test_a_broken_sensor(tmp_path: Path, zone: str) -> None:
    _board(tmp_path)
    write(tmp_path, {ZONE: zone, ALARM: "broken\n", "/answer": "throttled=0xZZ\n"})
    found = _look(tmp_path)
    assert (found["band"], found["reason"]) == ("cool", "no temperature")
    assert (found["celsius"], found["throttled"], found["undervolted"]) == ("", "", "0")


@pytest.mark.parametrize(
    "before",
    [
        "",
        "heat",
        "\0\xff",
        "heat=boiling\nundervolted_uptime=soon\nnoted_uptime=-1\n",
        "heat=critical; id\nundervolted_uptime=09\nnoted_uptime=99999999999999999999999\n",
        "undervolted_uptime=1e3\nnoted_uptime=$(id)\n",
        # Of another boot: later than now.
        "undervolted_uptime=101\nnoted_uptime=5000\n",
    ],
)
def test_a_damaged_look_before(tmp_path: Path, before: str) -> None:
    _board(tmp_path)
    write(tmp_path, {BAND: before})
    found = _look(tmp_path)
    assert (found["band"], found["noted_uptime"]) == ("cool", "100")
    assert _history(tmp_path)[0].endswith(" 48.3 cool -")


def test_the_clock_may_jump(tmp_path: Path) -> None:
    _board(tmp_path)
    write(tmp_path, {ALARM: "1\n"})
    tool(tmp_path / "bin", "date", "echo 1795000000")
    assert _look(tmp_path, 100)["reason"] == "undervolted, 48.3 C"
    write(tmp_path, {ALARM: "0\n"})
    for now, uptime, band in ((0, 200, "hot"), (4_000_000_000, 219, "hot"), (5, 220, "cool")):
        tool(tmp_path / "bin", "date", f"echo {now}")
        assert _look(tmp_path, uptime)["band"] == band
    # By the uptime a minute had not passed between the second and the third, but by the clock.
    assert [line.split()[0] for line in _history(tmp_path)] == ["1795000000", "0"]


def test_a_line_a_minute(tmp_path: Path) -> None:
    _board(tmp_path)
    for uptime in range(100, 341, 15):
        _look(tmp_path, uptime)
    lines = [line.split() for line in _history(tmp_path)]
    assert len(lines) == 5
    assert {tuple(line[1:]) for line in lines} == {("48.3", "cool", "-")}
    assert all(line[0].isdecimal() for line in lines)


@pytest.mark.parametrize(("interval", "most"), [(5, 1440), (15, 1440), (45, 960), (600, 144)])
def test_the_history_is_of_a_day(tmp_path: Path, interval: int, most: int) -> None:
    _board(tmp_path, section=Thermal(interval_seconds=interval))
    write(tmp_path, {HISTORY: "".join(f"{number} 48.3 cool -\n" for number in range(3000))})
    for uptime in (100, 700, 1300):
        _look(tmp_path, uptime)
        assert len(_history(tmp_path)) == most
    assert _history(tmp_path)[0].startswith(f"{3003 - most} ")


def test_what_cannot_be_written_is_not_half_written(tmp_path: Path) -> None:
    script = _board(tmp_path)
    before = _look(tmp_path)
    write(tmp_path, {ZONE: "90000\n", f"{BAND}.new/in-the-way": ""})
    done = apart.run(["sh", script], check=False, capture_output=True, timeout=60)
    assert done.returncode != 0
    assert _told((tmp_path / BAND.lstrip("/")).read_text()) == before


@pytest.mark.parametrize("path", [BAND, HISTORY])
def test_a_folder_in_the_way_is_no_look(tmp_path: Path, path: str) -> None:
    script = _board(tmp_path)
    (tmp_path / path.lstrip("/")).mkdir(parents=True)
    done = apart.run(["sh", script], check=False, capture_output=True, timeout=60)
    assert done.returncode == 1
    assert not list((tmp_path / path.lstrip("/")).iterdir())
    # A broken history is no reason to know no band.
    assert (tmp_path / BAND.lstrip("/")).is_file() is (path == HISTORY)


def test_a_reader_always_sees_a_whole_look(tmp_path: Path) -> None:
    script = _board(tmp_path)
    _look(tmp_path)
    band = tmp_path / BAND.lstrip("/")
    seen = set()
    loop = f"for look in 1 2 3 4 5 6 7 8 9 10; do sh {script}; done"
    with subprocess.Popen(["sh", "-c", loop]) as looking:
        while looking.poll() is None:
            seen.add(tuple(_told(band.read_text())))
    assert looking.returncode == 0
    assert len(seen) == 1


HOME = "http://10.0.0.2/boards/pi8.json"


def _curl(root: Path, end: str = "exit 0") -> None:
    """A curl that notes what it was told, a line for each word."""
    tool(root / "bin", "curl", f'for word; do echo "$word"; done >>{root}/told; {end}')


def _handed_in(root: Path) -> Any:
    words = (root / "told").read_text().splitlines()
    assert words[0] == "-q", "the first, or curl would read its owner's settings"
    assert words[-1] == HOME
    return json.loads(words[words.index("--data-binary") + 1])


def test_a_look_is_handed_in(tmp_path: Path) -> None:
    _board(tmp_path, report_to=HOME)
    _curl(tmp_path)
    write(tmp_path, {ZONE: "76200\n", ALARM: "1\n", "/answer": "throttled=0x50005\n"})
    _look(tmp_path)
    assert _handed_in(tmp_path) == {
        "band": "hot",
        "celsius": 76.2,
        "throttled": "0x50005",
        "undervolted": True,
        "reason": "76.2 C, hot from 75 C",
    }
    told = (tmp_path / "told").read_text().splitlines()
    assert told.count(HOME) == 1
    assert told[told.index("--max-time") + 1] == "3"


@settings(max_examples=15, deadline=None)
@given(looks)
def test_whatever_the_sensors_say_it_is_json(look: Look) -> None:
    root = Path(tempfile.mkdtemp())
    try:
        _board(root, report_to=HOME)
        _curl(root)
        (told,) = [_told(text) for text in _walk(root, [look])]
        handed_in = _handed_in(root)
    finally:
        shutil.rmtree(root)
    celsius = told["celsius"]
    assert handed_in == {
        "band": told["band"],
        "celsius": float(celsius) if celsius else None,
        "throttled": told["throttled"],
        "undervolted": told["undervolted"] == "1",
        "reason": told["reason"],
    }


@pytest.mark.parametrize("end", ["exit 7", "exit 28", "kill -9 $$"])
def test_a_home_page_that_is_away_fails_no_look(tmp_path: Path, end: str) -> None:
    script = _board(tmp_path, report_to=HOME)
    _curl(tmp_path, f"echo no >&2; {end}")
    path = f"{tmp_path}/bin:{os.environ['PATH']}"
    done = apart.run(
        ["sh", script], env={"PATH": path}, check=False, capture_output=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (tmp_path / "told").exists()
    assert (tmp_path / BAND.lstrip("/")).is_file()


def test_a_look_that_could_not_be_written_is_told_of_all_the_same(tmp_path: Path) -> None:
    script = _board(tmp_path, report_to=HOME)
    _curl(tmp_path)
    (tmp_path / BAND.lstrip("/")).mkdir(parents=True)
    path = f"{tmp_path}/bin:{os.environ['PATH']}"
    done = apart.run(
        ["sh", script], env={"PATH": path}, check=False, capture_output=True, timeout=60
    )
    assert done.returncode == 1
    assert _handed_in(tmp_path)["band"] == "cool"


def test_without_a_home_page_nobody_is_told(tmp_path: Path) -> None:
    _board(tmp_path)
    _curl(tmp_path)
    _look(tmp_path)
    assert not (tmp_path / "told").exists()
