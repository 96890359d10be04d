"""Blinking, with LEDs that are files below a test's own folder."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from operations import led
from operations.led_scripts import BLINK, start
from tests.facts import apart
from tests.facts.shell import on_root, write
from tests.operations.board import call, known

LEDS = "/sys/class/leds"
BOARD: dict[str, str | bytes] = {
    f"{LEDS}/ACT/trigger": "none rc-feedback [mmc0] timer heartbeat\n",
    f"{LEDS}/ACT/brightness": "0\n",
    f"{LEDS}/PWR/trigger": "[none] mmc0 timer heartbeat\n",
    f"{LEDS}/PWR/brightness": "255\n",
    f"{LEDS}/PWR/delay_on": "500\n",
    f"{LEDS}/PWR/delay_off": "500\n",
    f"{LEDS}/enxb827::lan/trigger": "[none] timer\n",
}


def blink(root: Path, word: str) -> subprocess.CompletedProcess[str]:
    script = root / "blink"
    script.write_text(on_root(BLINK, root))
    return apart.run(
        ["sh", str(script), word], capture_output=True, text=True, check=False, timeout=30
    )


def shown(root: Path, path: str) -> str:
    return (root / f"{LEDS}/{path}".lstrip("/")).read_text().strip()


def test_on_and_back(tmp_path: Path) -> None:
    write(tmp_path, BOARD)
    assert blink(tmp_path, "on").returncode == 0
    assert [shown(tmp_path, f"{name}/trigger") for name in ("ACT", "PWR")] == ["timer", "timer"]
    assert shown(tmp_path, "PWR/delay_on") == "100"
    assert shown(tmp_path, "enxb827::lan/trigger") == "[none] timer", "no LED of the network's"
    write(tmp_path, {f"{LEDS}/PWR/brightness": "0\n"})
    assert blink(tmp_path, "restore").returncode == 0
    assert [shown(tmp_path, f"{name}/trigger") for name in ("ACT", "PWR")] == ["mmc0", "none"]
    assert shown(tmp_path, "PWR/brightness") == "255"
    assert not list((tmp_path / "run/picluster/leds").iterdir())


def test_twice_on_is_put_back_to_what_was_before_the_first(tmp_path: Path) -> None:
    write(tmp_path, BOARD)
    for _ in range(2):
        assert blink(tmp_path, "on").returncode == 0
    assert blink(tmp_path, "restore").returncode == 0
    assert shown(tmp_path, "ACT/trigger") == "mmc0"


def test_restored_twice(tmp_path: Path) -> None:
    write(tmp_path, BOARD)
    assert blink(tmp_path, "on").returncode == 0
    for _ in range(2):
        assert blink(tmp_path, "restore").returncode == 0
    assert shown(tmp_path, "ACT/trigger") == "mmc0"


@pytest.mark.parametrize("files", [{}, {f"{LEDS}/mmc1::/trigger": "[none]\n"}], ids=str)
def test_a_board_without_leds_says_so(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    write(tmp_path, files)
    done = blink(tmp_path, "on")
    assert done.returncode == 1
    assert "Error: this board has no LED of its own" in done.stderr


def test_the_names_of_older_kernels(tmp_path: Path) -> None:
    write(tmp_path, {f"{LEDS}/led0/trigger": "[mmc0] timer\n", f"{LEDS}/led0/brightness": "0\n"})
    assert blink(tmp_path, "on").returncode == 0
    assert shown(tmp_path, "led0/trigger") == "timer"


def test_the_end_is_arranged_before_the_beginning() -> None:
    script = start(7)
    assert script.index("ExecStopPost='/bin/sh /run/picluster/blink restore' sleep 7") < (
        script.index("/bin/sh /run/picluster/blink on")
    )


@pytest.mark.parametrize("executing", [False, True])
def test_the_operation(executing: bool) -> None:
    (script,) = call(led.blink, known({}), executing=executing, seconds=60).texts
    assert "sleep 60" in script


@pytest.mark.parametrize("seconds", [0, 3601, True, "7", 1.5, None])
def test_wrong_times(seconds: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert call(led.blink, known({}), executing=True, seconds=seconds).noop is None
    assert f"seconds is {seconds!r}: write a whole number" in caplog.text
