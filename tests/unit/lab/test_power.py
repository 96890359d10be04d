"""Power of simulated boards: cut, given back, and gone after a shutdown."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from picluster.cli import main
from picluster.lab import machine, report
from picluster.lab.image import BOARD_FILES

LABEL = (
    '{"name": "pi8", "address": "192.0.2.8", "revision": "d03115", "title": "Raspberry Pi 4",'
    ' "memory_total_kb": 1, "cores": 4, "clock_mhz": 1800, "soft_limit_c": 0, "cpu_part": "0xd08",'
    ' "serial": "1", "mac": "dc:a6:32:00:00:08"}'
)
QUESTIONS = "pi8\n48300\n0x0\non\n8006700\nbookworm\nconfigured\n"


class Container:
    """A board's container, as far as its power matters."""

    name = "picluster-lab-pi8"

    def __init__(self, *, status: str = "running", off: bool = False, blinks: bool = False) -> None:
        self.status, self.off, self.blinks = status, off, blinks
        self.labels = {f"{machine.LABEL}.board": LABEL}
        self.done: list[str] = []

    def reload(self) -> None:
        """Nothing has changed."""

    def start(self) -> None:
        self.done.append("start")
        self.status, self.off = "running", False

    def kill(self) -> None:
        self.done.append("kill")
        self.status = "exited"

    def wait(self) -> None:
        self.done.append("wait")

    def exec_run(self, command: list[str]) -> tuple[int, bytes]:
        assert self.status == "running"
        if command[:2] == ["test", "-e"]:
            return (0 if self.off else 1), b""
        if command[0] == "sh":
            return 0, f"{QUESTIONS}{'blinks' if self.blinks else ''}\n".encode()
        return 0, b"running"


def start(container: Container) -> list[str]:
    machine.start(container)  # type: ignore[arg-type]
    return container.done


def test_a_board_without_power_gets_it() -> None:
    assert start(Container(status="exited")) == ["start"]


def test_one_that_was_shut_down_loses_it_first() -> None:
    """It would draw current for ever, and never boot."""
    assert start(Container(off=True)) == ["kill", "wait", "start"]


def test_one_that_runs_is_left_alone() -> None:
    assert start(Container()) == ["start"], "which does nothing to a container that runs"


@pytest.mark.parametrize(
    ("container", "state", "led"),
    [
        (Container(status="exited"), "no power", ""),
        (Container(off=True), "shut down", ""),
        (Container(), "configured", ""),
        (Container(blinks=True), "configured", "blinks"),
    ],
    ids=["no power", "shut down", "up", "blinks"],
)
def test_the_report(container: Any, state: str, led: str) -> None:
    found = report.report(container)
    assert (found.state, found.led) == (state, led)


@pytest.mark.parametrize("words", [[], ["pi8", "--all"]], ids=str)
def test_start_wants_to_know_which(words: list[str]) -> None:
    result = CliRunner().invoke(main, ["lab", "start", *words], prog_name="picluster")
    assert result.exit_code == 2
    assert "Name the nodes, or say --all." in result.stderr


@pytest.mark.parametrize(
    ("verb", "is_off"), [("poweroff", True), ("halt", False), ("reboot", False), ("kexec", False)]
)
def test_only_a_shutdown_keeps_a_board_off(tmp_path: Path, verb: str, is_off: bool) -> None:
    """The engine of the owner's computer stops a container by halting it."""
    state = tmp_path / "state"
    state.mkdir()
    text = (BOARD_FILES / "shut-down").read_text()
    script = tmp_path / "shut-down"
    script.write_text(text.replace("/var/lib/picluster-lab", str(state)))
    subprocess.run(["sh", str(script), verb], check=True)
    assert (state / "shut-down").exists() is is_off


def test_firmware_and_lab_mean_the_same_places() -> None:
    firmware = (BOARD_FILES / "firmware").read_text()
    assert "run=/run/firmware\n" in firmware
    assert machine.SHUT_DOWN == "/run/firmware/off"
    assert 'touch "$run/off"' in firmware
    assert 'rm -f "$state/shut-down"' in firmware
    subprocess.run(["sh", "-n", str(BOARD_FILES / "firmware")], check=True)
