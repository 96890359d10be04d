"""`picluster lab ssh` on a computer that lacks something for it."""

import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from picluster.cli import main
from picluster.lab.lab import Lab, LabError


class PlayedLab:
    """A lab with two boards, of which none is asked for its address."""

    def board(self, name: str) -> Any:
        raise LabError(f"The lab has no board {name!r}; it has: pi8, pi1a.")


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes that the lab was opened; what would become of this process if ssh was begun."""
    noted: list[str] = []

    def play(*_: object, **__: object) -> PlayedLab:
        noted.append("opened")
        return PlayedLab()

    monkeypatch.setattr(Lab, "open", play)
    monkeypatch.setattr(os, "execvp", lambda *_: pytest.fail("ssh was begun"))
    return noted


def test_without_an_ssh_client(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, opened: list[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(main, ["lab", "ssh", "pi8"])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: there is no ssh on this computer's PATH; install ")
    assert opened == [], "said before anything else is looked for"


def test_a_board_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    client = tmp_path / "ssh"
    client.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(main, ["lab", "ssh", "pi9"])
    assert result.exit_code == 1
    assert result.stderr == "Error: The lab has no board 'pi9'; it has: pi8, pi1a.\n"
