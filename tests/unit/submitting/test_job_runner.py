"""Parts of the program that runs on the head board."""

import os
import time
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType

import pytest

from tests.unit.submitting.played import RUNNER


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    loader = SourceFileLoader("job_runner", str(RUNNER))
    spec = spec_from_loader("job_runner", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_it_can_be_run() -> None:
    assert os.access(RUNNER, os.X_OK)


def test_a_minute_of_silence_means_that_nobody_is_there(runner: ModuleType) -> None:
    listener = runner.Listener()
    assert listener.wished() is None
    listener.heard -= runner.SILENCE_SECONDS + 1
    assert listener.wished() == "lost"


def test_a_command_that_takes_too_long_has_said_nothing(runner: ModuleType) -> None:
    begun = time.monotonic()
    assert runner.ask("sh", "-c", "echo x; sleep 60 & sleep 60", seconds=0.2) == b""
    assert time.monotonic() - begun < 30


def test_a_wish_is_not_forgotten(runner: ModuleType) -> None:
    listener = runner.Listener()
    listener.wish = "kill"
    listener.heard -= runner.SILENCE_SECONDS + 1
    assert listener.wished() == "kill"


@pytest.mark.parametrize("word", ["", "a b", "--x=1", "ü", "/a:b,c@d%+._-"])
def test_plain_arguments(runner: ModuleType, word: str) -> None:
    assert runner.PLAIN.fullmatch(word)


@pytest.mark.parametrize("sign", list("`$\"'\\{}<>;&|*?~!#()[]\n\0"))
def test_signs_that_are_not_plain(runner: ModuleType, sign: str) -> None:
    assert not runner.PLAIN.fullmatch(f"a{sign}b")


@pytest.mark.parametrize("date", [b"26/11/23", b"2026-11-23"])
def test_the_log_is_left_out_with_what_belongs_to_it(runner: ModuleType, date: bytes) -> None:
    lines = [
        date + b" 07:40:05 WARN Some: thing\n",
        b"java.io.IOException: x\n",
        b"\tat y\n",
        b"Caused by: z\n",
        b"mine\n",
        b"\tmine too\n",
        date + b" 07:40:05 ERROR Some: thing\n",
        b"\tat y\n",
    ]
    assert list(runner.without_log(lines)) == lines[4:]
