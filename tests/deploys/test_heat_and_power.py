"""What a deploy makes of a board that is hot or undervolted: pyinfra on @fake hosts."""

import json
import re
from pathlib import Path
from typing import Any

from tests.deploys.test_order import BOARDS, ON_BLANK, OPERATIONS, pyinfra

BOARD = "pi2a"
HOST = f"@fake/{BOARD}"
STOP = json.dumps({"on_undervoltage": "stop"})
OFF = json.dumps({"enabled": False})
HEAVY = [
    "Base | Install packages",
    "Base | Reboot into what is wished",
    "Docker | Install Docker",
    "HDFS | Install Java",
    "HDFS | Format HDFS",
    "Spark | Install Python",
]
"""What blank boards get, and a weak supply should not see."""
DERATED = {
    "Thermal | Write the watch's settings": {HOST},
    "Swarm | Set labels and availability": {HOST},
    "YARN | Write YARN's settings": {HOST},
    "YARN | Restart the NodeManager": {HOST},
}
"""What a new band changes."""


def dry_run(
    state: str, folder: Path, *options: str, **environment: str
) -> tuple[int, dict[str, set[str]], str]:
    """Exit code, the hosts of each operation that would change something, and the log."""
    done = pyinfra(state, folder, "--dry", "--json", *options, **environment)
    operations: list[dict[str, Any]] = json.loads(done.stdout)["plan"]
    changing = {one["name"]: set(one["hosts_with_change"]) for one in operations}
    return done.returncode, {name: hosts for name, hosts in changing.items() if hosts}, done.stderr


def test_a_hot_board_does_less_and_no_other_is_touched(tmp_path: Path) -> None:
    code, changing, log = dry_run("converged", tmp_path, "--diff", FAKE_HOT=BOARD)
    assert code == 0
    assert changing == DERATED
    (line,) = (line for line in log.splitlines() if "is hot" in line)
    assert HOST in line
    assert "76.2 °C, hot from 75 °C, cool at the last deploy" in line
    assert re.search(r"YARN \d+ of \d+ MiB, 3 of 6 vcores; Swarm active", line)
    assert "/var/lib/picluster/thermal-band" in log
    assert re.search(r"\+.*hot", log)


def test_a_critical_board_is_labelled_and_paused(tmp_path: Path) -> None:
    noted = tmp_path / "differences"
    code, changing, log = dry_run(
        "converged",
        tmp_path,
        deploy="deploys.swarm.apply",
        FAKE_HOT=BOARD,
        FAKE_THERMAL=json.dumps({"critical": {"from_c": 76}}),
        PICLUSTER_DIFFERENCES=str(noted),
    )
    assert code == 0
    assert changing == {"Swarm | Set labels and availability": {HOST}}
    assert "76.2 °C, critical from 76 °C" in log
    rows = [json.loads(line) for line in noted.read_text().splitlines()]
    assert {(row["host"], row["what"], row["found"], row["wanted"]) for row in rows} == {
        (HOST, "label pi.thermal", "cool", "critical"),
        (HOST, "availability in the Swarm", "active", "pause"),
    }


def test_a_service_alone_goes_by_the_band_too(tmp_path: Path) -> None:
    code, changing, _ = dry_run("converged", tmp_path, deploy="deploys.yarn.apply", FAKE_HOT=BOARD)
    assert code == 0
    assert changing == {name: hosts for name, hosts in DERATED.items() if name.startswith("YARN")}


def test_where_it_is_off_no_board_is_hot(tmp_path: Path) -> None:
    """The fakes of such a cluster have no watch, and what is cool."""
    code, changing, log = dry_run("converged", tmp_path, FAKE_HOT=BOARD, FAKE_THERMAL=OFF)
    assert code == 0, log
    assert changing == {}
    assert "is hot" not in log


def test_a_watch_that_has_stopped_is_told_of(tmp_path: Path) -> None:
    code, changing, log = dry_run("converged", tmp_path, FAKE_UNWATCHED=BOARD)
    assert code == 0, log
    assert changing == {}
    (line,) = (line for line in log.splitlines() if "took no look lately" in line)
    assert HOST in line
    assert "systemctl status picluster-thermal.service" in line


# --- power


def test_an_undervolted_board_gets_no_heavy_step_where_its_owner_asked_for_that(
    tmp_path: Path,
) -> None:
    code, changing, log = dry_run("blank", tmp_path, FAKE_UNDERVOLTED=BOARD, FAKE_THERMAL=STOP)
    assert code == 1
    (error,) = (line for line in log.splitlines() if "Error: the board is undervolted" in line)
    assert HOST in error
    assert "--data accept_undervoltage=yes" in error
    for name in HEAVY:
        assert changing[name] == ON_BLANK.get(name, BOARDS) - {HOST}, name
    assert changing["Base | Set the host name"] == BOARDS, "what is not heavy is done"


def test_an_undervolted_board_with_nothing_heavy_to_do_goes_on(tmp_path: Path) -> None:
    code, changing, log = dry_run("converged", tmp_path, FAKE_UNDERVOLTED=BOARD, FAKE_THERMAL=STOP)
    assert code == 0, log
    # A weak supply makes a board hot.
    assert changing == DERATED
    assert "heavy steps wait" in log


def test_its_owner_may_say_yes(tmp_path: Path) -> None:
    code, changing, log = dry_run(
        "blank",
        tmp_path,
        "--data",
        "accept_undervoltage=yes",
        FAKE_UNDERVOLTED=BOARD,
        FAKE_THERMAL=STOP,
    )
    assert code == 0
    everything = {name: ON_BLANK.get(name, BOARDS) for name in OPERATIONS}
    assert changing == {name: hosts for name, hosts in everything.items() if hosts}
    (line,) = (line for line in log.splitlines() if "is undervolted right now" in line)
    assert HOST in line


def test_a_service_alone_warns_of_it(tmp_path: Path) -> None:
    code, changing, log = dry_run(
        "blank", tmp_path, deploy="deploys.base.apply", FAKE_UNDERVOLTED=BOARD
    )
    assert code == 0, log
    assert changing["Base | Reboot into what is wished"] == BOARDS, "nothing is held"
    (line,) = (line for line in log.splitlines() if "is undervolted right now" in line)
    assert HOST in line
