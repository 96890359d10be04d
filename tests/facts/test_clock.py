"""The clock fact: the bound, the waiting, and its command for real."""

import time
from pathlib import Path

import pytest
from pyinfra.api.exceptions import FactProcessError

from facts.clock import Clock, ClockSkew, parse_clock
from tests.facts.shell import run, tool

ANSWER = ["synchronized=yes", "started=100.00", "waited=100.00", "uptime=100.02", "date={}"]


def _parsed(date: float | str) -> Clock:
    return parse_clock([line.format(date) for line in ANSWER], sent=1000.0, received=1000.5)


def test_only_what_is_proven_counts() -> None:
    assert _parsed(1000.3)["skew_seconds"] == 0.0
    assert _parsed(1003.0)["skew_seconds"] == 2.5
    # Read 0.02 s after the start at least, less the hundredth in which the uptime counts.
    assert _parsed(998.01)["skew_seconds"] == -2.0


def test_the_time_a_board_waited_does_not_blur_the_bound() -> None:
    lines = ["synchronized=no", "started=100.00", "waited=130.00", "uptime=130.01", "date=1020.0"]
    found = parse_clock(lines, sent=1000.0, received=1030.5)
    assert found == {"skew_seconds": -10.0, "synchronized": False, "waited_seconds": 30.0}


@pytest.mark.parametrize("date", ["1764.%N", "", "-1", "nan", "1e9", "inf", "\u0663"])
def test_dates_that_make_no_sense(date: str) -> None:
    with pytest.raises(FactProcessError):
        _parsed(date)


def test_nobody_knows_whether_it_is_synchronized() -> None:
    lines = ["synchronized=", *[line.format(1000) for line in ANSWER[1:]]]
    assert parse_clock(lines, sent=1000.0, received=1000.5)["synchronized"] is None


def _look(tools: Path | None = None, wait: int = 0) -> Clock:
    fact = ClockSkew()
    return fact.process(run(fact.command(wait=wait), tools=tools))


def test_this_machine_agrees_with_itself() -> None:
    assert _look()["skew_seconds"] == 0.0
    found = _look(wait=30)
    assert (found["skew_seconds"], found["waited_seconds"] < 1) == (0.0, True)


@pytest.mark.parametrize("offset", [3600, -3600, 5, -5])
def test_a_clock_that_is_off(offset: int, tmp_path: Path) -> None:
    tools = tool(tmp_path / "bin", "date", f"/bin/date -d '{offset} seconds' \"$@\"")
    assert _look(tools)["skew_seconds"] == pytest.approx(offset, abs=1)


def test_waits_for_the_jump_and_no_longer(tmp_path: Path) -> None:
    # Two looks show an old time, the third one the right one.
    script = f"""echo x >>{tmp_path}/looks
if [ "$(wc -l <{tmp_path}/looks)" -le 2 ]; then echo 1700000000.5; else /bin/date "$@"; fi"""
    began = time.monotonic()
    found = _look(tool(tmp_path / "bin", "date", script), wait=30)
    assert found["skew_seconds"] == 0.0
    assert 1.9 < found["waited_seconds"] < 10
    assert time.monotonic() - began < 10


def test_gives_up(tmp_path: Path) -> None:
    tools = tool(tmp_path / "bin", "date", "echo 1700000000.5")
    found = _look(tools, wait=1)
    assert found["skew_seconds"] < -1_000_000
    assert 0.9 < found["waited_seconds"] < 5


def test_ends_even_without_awk(tmp_path: Path) -> None:
    assert _look(tool(tmp_path / "bin", "awk", "exit 127"), wait=1)["skew_seconds"] == 0.0


@pytest.mark.parametrize("wait", ["3; id", -1, True, 1.5, None])
def test_refuses_other_waits(wait: int) -> None:
    fact = ClockSkew()
    with pytest.raises(FactProcessError, match="write a whole number of seconds"):
        fact.process(run(fact.command(wait=wait)))
