"""Where a user looks: the quick check, a run, a board's own commands."""

import re

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import checking, deploying
from tests.lab.faults.fault import Look


def check(name: str, reason: str) -> Look:
    """One of the problems of `picluster check --quick`, by a regular expression."""

    def look(lab: LabUnderTest) -> str | None:
        for found in checking.check(lab, "--quick").reasons(name):
            if words := re.search(reason, found):
                return f"check: {words[0]}"
        return None

    return look


def quiet(look: Look) -> Look:
    """The same, where the check finds nothing wrong at that."""

    def quiet_look(lab: LabUnderTest) -> str | None:
        words = look(lab)
        assert checking.check(lab, "--quick").is_green
        return words

    return quiet_look


def run_says(words: str, *, code: int = 1, dry: bool = False) -> Look:
    """A line of a run's log, by a regular expression; of a dry run's."""

    def look(lab: LabUnderTest) -> str:
        run = (deploying.dry_run if dry else deploying.apply)(lab.environment)
        assert run.code == code, run.log
        assert "Traceback" not in run.log, run.log
        return f"{'dry run' if dry else 'run'}: {line(run.log, words)}"

    return look


def announced(operation: str, board: str) -> Look:
    """An operation of a dry run."""

    def look(lab: LabUnderTest) -> str:
        dry = deploying.dry_run(lab.environment)
        assert dry.code == 0, dry.log
        assert board in dry.announced.get(operation, ()), dry.announced
        return f"dry run: {operation} ({board})"

    return look


def line(log: str, words: str) -> str:
    """What a log says, by a regular expression that has to be there."""
    found = re.search(words, log)
    assert found, log
    return found[0].strip()


def on_board(board: str, script: str, words: str, shown: str | None = None) -> Look:
    """What a command of a board says, by a regular expression.

    + shown: how the table calls the command, where that is too long for it
    """

    def look(lab: LabUnderTest) -> str | None:
        _, output = machine.run(lab.boards[board], "sh", "-c", script)
        found = re.search(words, output)
        return f"{shown or script}: {' '.join(found[0].split())}" if found else None

    return look


def unaffected(board: str, broken: str) -> Look:
    """A run changes nothing and complains of nothing, although a script fails on the board."""

    def look(lab: LabUnderTest) -> str:
        code, _ = machine.run(lab.boards[board], "sh", "-c", broken)
        assert code != 0, f"nothing is broken: {broken}"
        run = deploying.apply(lab.environment)
        assert (run.code, run.changes, run.errors) == (0, 0, 0), run.log
        return "run: nothing; it changes nothing either"

    return look


def waits(board: str, script: str, waited: str) -> Look:
    """A run that ends well, and says nothing of what it waited for; the board's script does."""

    def look(lab: LabUnderTest) -> str:
        run = deploying.apply(lab.environment)
        assert (run.code, run.errors) == (0, 0), run.log
        _, output = machine.run(lab.boards[board], "sh", "-c", script)
        assert waited in output, output
        return "run: it takes longer, and ends well"

    return look
