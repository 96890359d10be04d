"""`picluster blink` with a pyinfra that is played."""

import pytest
from click.testing import CliRunner, Result

from picluster.cli import main
from tests.unit.operating.conftest import PlayedPyinfra

CONNECTED = "    [pi8]  Connected\n    [pi2a] Connected\n"


def blink(*words: str) -> Result:
    result = CliRunner().invoke(main, ["blink", *words], prog_name="picluster")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_boards_blink(pyinfra: PlayedPyinfra) -> None:
    pyinfra.prints(CONNECTED)
    result = blink("pi8", "pi2a", "--seconds", "60")
    assert result.exit_code == 0
    assert result.stdout == (
        "pi8 (Raspberry Pi 4 Model B) blinks for 60 s\n"
        "pi2a (Raspberry Pi 4 Model B) blinks for 60 s\n"
    )
    words = ["inventory.py", "-y", "--limit", "pi8", "--limit", "pi2a"]
    assert pyinfra.calls == [[*words, "operations.led.blink", "seconds=60"]]


def test_one_that_does_not_is_named_and_the_other_blinks(pyinfra: PlayedPyinfra) -> None:
    log = (
        "    [pi2a] Error: this board has no LED of its own: none of ACT, PWR is there\n"
        "    [pi2a] Error: executed 0 commands\n"
    )
    pyinfra.prints(CONNECTED + log, code=1)
    result = blink("pi8", "pi2a")
    assert result.exit_code == 1
    assert result.stdout == "pi8 (Raspberry Pi 4 Model B) blinks for 30 s\n"
    assert result.stderr.startswith("Error: pi2a (192.168.1.13): this board has no LED")


def test_a_command_that_failed_says_why(pyinfra: PlayedPyinfra) -> None:
    log = "    [pi8] Failed to connect to bus\n    [pi8] Error: executed 0 commands\n"
    pyinfra.prints("    [pi8] Connected\n" + log, code=1)
    assert "Failed to connect to bus (executed 0 commands)" in blink("pi8").stderr


def test_pyinfra_that_cannot_begin(pyinfra: PlayedPyinfra) -> None:
    pyinfra.prints("--> pyinfra error: no such operation\n", code=1)
    result = blink("pi8")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: no such operation\n"


@pytest.mark.parametrize(
    ("words", "code"), [([], 2), (["pi8", "--seconds", "0"], 2), (["pi9"], 1)], ids=str
)
def test_wrong_usage(pyinfra: PlayedPyinfra, words: list[str], code: int) -> None:
    assert blink(*words).exit_code == code
    assert pyinfra.calls == []
