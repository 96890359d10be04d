"""`picluster start`: waiting until the cluster is whole, with checks that are played."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from picluster.checks.everything import ALL
from picluster.checks.running import Outcome
from picluster.checks.verdict import Verdict, failed, passed
from picluster.checks.waiting import WAITED_FOR, progress, wait
from picluster.cli import main

ROOT = Path(__file__).parents[3]
NAMES = {check.name: check for check in ALL}


def outcome(name: str, verdict: Verdict | None = None) -> Outcome:
    return Outcome(NAMES[name], verdict or passed("well"), 0.1)


WELL = [outcome("ssh"), outcome("hdfs-safe-mode")]
AWAY = [
    outcome("ssh", failed("pi1b does not answer", "see whether it has power")),
    outcome("hdfs-safe-mode", failed("nobody answers", "start it")),
]
ALONE = [outcome("ssh"), outcome("portainer-agents", failed("no agent on pi1b", "heal them"))]
SAFE = [outcome("ssh"), outcome("hdfs-safe-mode", failed("HDFS is in safe mode", "wait"))]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds pass by being slept through."""
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    monkeypatch.setattr("time.sleep", lambda s: now.__setitem__(0, now[0] + s))


class Looks:
    """What each look finds; the last one again and again."""

    def __init__(self, *found: Sequence[Outcome]) -> None:
        self._found = found
        self.count = 0

    def __call__(self, *_: object) -> Sequence[Outcome]:
        self.count += 1
        return self._found[min(self.count, len(self._found)) - 1]


def test_it_ends_as_soon_as_all_is_whole() -> None:
    looks = Looks(AWAY, SAFE, WELL)
    told: list[str] = []
    assert wait(looks, 600, told.append) is WELL
    assert looks.count == 3
    assert told == [
        "0 of 2 checks pass; waiting for: pi1b does not answer",
        f"1 of 2 checks pass; waiting for: {NAMES['hdfs-safe-mode'].title}",
        "2 of 2 checks pass",
    ]


def test_the_time_is_over() -> None:
    looks = Looks(SAFE)
    assert wait(looks, 9, lambda _text: None) is SAFE
    assert looks.count == 6


def test_agents_that_lost_each_other_are_not_waited_for_till_the_end() -> None:
    looks = Looks(AWAY, *[ALONE] * 10, SAFE, ALONE)
    assert wait(looks, 600, lambda _text: None) is ALONE
    # 30 polls of 2 s make a minute; what else was missing in between began it anew.
    assert looks.count == 12 + 1 + 30


def test_without_time_it_looks_once() -> None:
    looks = Looks(SAFE)
    wait(looks, 0, lambda _text: None)
    assert looks.count == 1


def test_what_a_start_does_not_change_is_not_waited_for() -> None:
    names = {check.name for check in WAITED_FOR}
    assert not names & {"memory-limits", "power-and-heat", "disks"}
    assert names >= {"ssh", "hdfs-safe-mode", "yarn-nodes"}
    assert not [check for check in WAITED_FOR if check.is_job]
    known = {check.name for check in WAITED_FOR}
    assert all(set(check.needs) <= known for check in WAITED_FOR)


def test_nothing_to_ask_counts_as_nothing_missing() -> None:
    skipped = Outcome(NAMES["yarn-nodes"], Verdict("skipped", "YARN is off"), 0)
    assert progress([*WELL, skipped]) == "2 of 3 checks pass"


def start(patch: pytest.MonkeyPatch, looks: Looks, *words: str) -> Result:
    patch.chdir(ROOT)
    patch.setenv("PICLUSTER_CONFIG", str(ROOT / "cluster.example.toml"))
    patch.setattr("picluster.cli.start.run", looks)
    result = CliRunner().invoke(main, ["start", *words], prog_name="picluster")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    result = start(monkeypatch, Looks(AWAY, WELL))
    assert result.exit_code == 0
    assert result.stdout == "All 7 boards and their services are back (2 s)\n"
    assert result.stderr.splitlines() == [
        "Looking for the boards",
        "0 of 2 checks pass; waiting for: pi1b does not answer",
        "2 of 2 checks pass",
    ]


def test_the_command_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    result = start(monkeypatch, Looks(AWAY), "--timeout", "10")
    assert result.exit_code == 1
    assert "  - pi1b does not answer\n    -> see whether it has power\n" in result.stderr
    assert "Error: not whole after 10 s. If boards are missing" in result.stderr


def test_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    assert start(monkeypatch, Looks(WELL), "--timeout", "-1").exit_code == 2
    assert start(monkeypatch, Looks(WELL), "pi8").exit_code == 2
