"""The line that moves while something takes long, and lines above it."""

import io

import pytest
from rich.console import Console
from rich.status import Status

from picluster.cli.terminal import MovingLine, moving_line

ERASED = "\x1b[2K"


def test_a_line_that_stays_is_no_tail_of_the_moving_one(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr("sys.stdout", screen)
    status = Status("Connecting", console=Console(file=screen, force_terminal=True, width=80))
    with status:
        line = MovingLine(status, "Connecting", lines_elsewhere=False)
        line("Switch the workers off")
        line.above("pi1 is off")
        line("Switch the head off")
        line.above("pi8 is off")
    written = screen.getvalue()
    for stays in ("pi1 is off\n", "pi8 is off\n"):
        before, _, after = written.partition(stays)
        assert "off" not in before.rpartition(ERASED)[2], before
        assert after


def test_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with moving_line("Connecting") as line:
        line("Switch the head off")
        line.above("pi8 is off")
    told = capsys.readouterr()
    assert (told.out, told.err) == ("pi8 is off\n", "")


def test_new_texts_are_lines_for_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    with moving_line("Looking", lines_elsewhere=True) as line:
        for text in ("1 of 2", "1 of 2", "2 of 2"):
            line(text)
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "Looking\n1 of 2\n2 of 2\n")
