"""What a NodeManager asks whether its board is too hot or lacks power: the very script, run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploys.yarn.settings import health_script
from picluster.plan.thermal_section import Thermal
from picluster.plan.yarn import rests
from tests.facts import apart

NOW = 5000
REASON = "84.0 °C, critical from 82 °C"
CRITICAL = f"ERROR thermal: critical: {REASON}\n"
UNDERVOLTED = "ERROR thermal: undervolted\n"
DIPPED = "ERROR thermal: undervolted a short while ago\n"

Ask = Callable[..., str]


def band(**changes: Any) -> str:
    """The watch's file, of a cool board a second ago."""
    values = {
        "band": "cool", "celsius": "48.3", "undervolted": 0, "throttled": "0x0",
        "uptime": f"{NOW - 1}.07", "undervolted_uptime": "", "reason": "48.3 °C",
    }  # fmt: skip
    return "".join(f"{key}={value}\n" for key, value in (values | changes).items())


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Runs the script on a board whose watch has written this; what it prints."""
    folder = tmp_path / "the board's own"
    folder.mkdir()

    def asked(text: str | bytes | None, interval: int = 15) -> str:
        if text is not None:
            content = text.encode() if isinstance(text, str) else text
            (folder / "band").write_bytes(content)
        (folder / "uptime").write_text(f"{NOW}.93 17000.00\n")
        section = Thermal(interval_seconds=interval)
        script = health_script(section, f"{folder}/band", f"{folder}/uptime")
        done = apart.run(["sh", "-u"], input=script.encode(), capture_output=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout.decode()

    return asked


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, ""),
        ({"band": "warm"}, ""),
        # Derated by the deploy, and healthy: its containers are to run.
        ({"band": "hot", "reason": "76.2 °C, hot from 75 °C"}, ""),
        ({"band": "critical", "reason": REASON}, CRITICAL),
        ({"band": "hot", "undervolted": 1, "reason": "undervolted, 48.3 °C"}, UNDERVOLTED),
        ({"band": "critical", "undervolted": 1, "reason": REASON}, CRITICAL),
        # For five minutes, the default, after it was seen last.
        ({"band": "hot", "undervolted_uptime": f"{NOW - 100}.0"}, DIPPED),
        ({"band": "hot", "undervolted_uptime": NOW - 299}, DIPPED),
        ({"undervolted_uptime": NOW - 300}, ""),
        ({"undervolted_uptime": NOW + 9}, ""),
        ({"undervolted_uptime": "x"}, ""),
        ({"band": "critical", "reason": "a=b"}, "ERROR thermal: critical: a=b\n"),
        ({"band": "critical", "reason": ""}, "ERROR thermal: critical: \n"),
        ({"band": "critically"}, ""),
        ({"undervolted": ""}, ""),
    ],
)
def test_what_it_says(changes: dict[str, Any], wanted: str, ask: Ask) -> None:
    assert ask(band(**changes)) == wanted


@pytest.mark.parametrize(
    ("interval", "age", "is_told"),
    [
        (15, 0, True),
        (15, 60, True),
        (15, 62, False),
        (5, 59, True),
        (5, 62, False),
        (60, 240, True),
        (60, 242, False),
    ],
)
def test_a_watch_that_stopped_makes_no_board_ill(
    interval: int, age: int, is_told: bool, ask: Ask
) -> None:
    text = band(band="critical", reason=REASON, uptime=f"{NOW - age}.07")
    assert ask(text, interval) == (CRITICAL if is_told else "")


@pytest.mark.parametrize(
    "uptime", [f"{NOW + 1000}.0", "", "x", "-5", "12 34", "$(touch owned)", "a[$(touch owned)0]"]
)
def test_a_file_of_another_boot_or_of_no_time_makes_no_board_ill(uptime: str, ask: Ask) -> None:
    assert ask(band(band="critical", uptime=uptime)) == ""
    assert not Path("owned").exists()


@pytest.mark.parametrize(
    "text", [None, "", "\n\n", "band=critical", "critical\n", b"\xff\x00=\n", "band=critical\n"]
)
def test_without_a_whole_file_a_board_is_well(text: str | bytes | None, ask: Ask) -> None:
    assert ask(text) == ""


def test_yarn_and_the_deploy_know_by_it_that_the_board_rests(ask: Ask) -> None:
    for changes in ({"band": "critical"}, {"undervolted": 1}):
        said = ask(band(**changes))
        # Hadoop's own rule: a line that begins so makes the node unhealthy.
        assert said.startswith("ERROR")
        assert rests("UNHEALTHY", said)


def test_without_a_watch_on_a_real_board() -> None:
    """The paths that it has there."""
    script = health_script(Thermal())
    assert "</run/picluster/thermal/band" in script
    assert "</proc/uptime" in script
    assert "@" not in script


def test_good_power_counts_at_once_where_that_is_wished(tmp_path: Path) -> None:
    (tmp_path / "band").write_text(band(undervolted_uptime=NOW - 1))
    (tmp_path / "uptime").write_text(f"{NOW}.93 17000.00\n")
    script = health_script(Thermal(calm_minutes=0), f"{tmp_path}/band", f"{tmp_path}/uptime")
    done = apart.run(["sh", "-u"], input=script.encode(), capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
