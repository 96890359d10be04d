"""Taking the names out of user-data: whole or not at all, and with nothing of it shown."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyinfra.api import StringCommand
from pyinfra.connectors.util import CommandOutput

from operations import system
from operations.user_data import take_names_out
from tests.operations.board import Board

USER_DATA = "/boot/firmware/user-data"
PLANTED = "$6$planted$hash"
TEXT = f"#cloud-config\r\nhostname: x\r\npasswd: '{PLANTED}' # \u2028\u00fc\r\n"
WITHOUT = f"#cloud-config\npasswd: '{PLANTED}' # \u2028\u00fc\nmanage_etc_hosts: false\n"


@pytest.fixture
def board(tmp_path: Path) -> Board:
    files: dict[str, str | bytes] = {USER_DATA: TEXT, "/etc/cloud/cloud.cfg": ""}
    files |= {"/etc/os-release": "ID=debian\n", "/etc/hostname": "x\n", "/proc/cmdline": "a\n"}
    played = Board(tmp_path, files)
    played.program("systemctl", "echo 0")
    return played


class Host:
    """A board that may break on the way: `spoil` is asked before each command, by its number."""

    name, print_prefix = "pi1", "[pi1] "

    def __init__(self, board: Board, spoil: Any = None) -> None:
        self._board, self._spoil, self._number = board, spoil, 0
        self.current_op_global_arguments = {"_sudo": True, "_ignore_errors": True}

    def run_shell_command(self, command: StringCommand, **how: Any) -> tuple[bool, CommandOutput]:
        self._number += 1
        if self._spoil is not None:
            how = self._spoil(self._number, how) or how
        return self._board.run_shell_command(command, **how)


def _take(board: Board, spoil: Any = None) -> bool:
    host: Any = Host(board, spoil)
    state: Any = SimpleNamespace()
    return take_names_out(state, host, USER_DATA)


def _path(board: Board) -> Path:
    return board.root / USER_DATA[1:]


def _left_alone(board: Board, data: bytes) -> bool:
    return _path(board).read_bytes() == data and [*_path(board).parent.iterdir()] == [_path(board)]


def test_whole_and_readable_for_whom_it_was(board: Board) -> None:
    _path(board).chmod(0o600)
    assert _take(board)
    assert _left_alone(board, WITHOUT.encode())
    assert _path(board).stat().st_mode & 0o777 == 0o600
    assert _take(board)
    assert _left_alone(board, WITHOUT.encode())


def test_no_command_or_message_holds_the_text(
    board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = board.call(system.cloud_init_leaves_names_alone, executing=True)
    assert len(outcome.commands) == 3
    assert PLANTED not in repr([(c, c.connector_arguments) for c in outcome.commands])
    for command in outcome.commands:
        assert board.execute(command).returncode == 0
    assert _left_alone(board, WITHOUT.encode())
    assert PLANTED not in caplog.text
    assert board.call(system.cloud_init_leaves_names_alone).noop


@pytest.mark.parametrize("executing", [False, True])
def test_nothing_is_read_before_the_first_command(executing: bool, board: Board) -> None:
    """pyinfra looks no further while it prepares."""
    outcome = board.call(system.cloud_init_leaves_names_alone, executing=executing)
    assert "cloud-init status --wait" in outcome.texts[0]
    assert _left_alone(board, TEXT.encode())


def test_what_is_no_text_is_left_alone(board: Board, caplog: pytest.LogCaptureFixture) -> None:
    data = f"#cloud-config\nhostname: x\npasswd: {PLANTED}\n# ".encode() + b"\xff\n"
    _path(board).write_bytes(data)
    assert not _take(board)
    assert _left_alone(board, data)
    assert f"{USER_DATA} sets the host name or /etc/hosts, and was left alone" in caplog.text
    assert "save it as UTF-8" in caplog.text
    assert PLANTED not in caplog.text


def test_what_has_gone_meanwhile_sets_no_names(board: Board) -> None:
    _path(board).unlink()
    assert _take(board)
    assert not _path(board).exists()


@pytest.mark.parametrize("arrived", ["", WITHOUT[:20], WITHOUT + "x"])
def test_only_the_whole_counts(
    arrived: str, board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    assert not _take(board, lambda n, how: {**how, "_stdin": arrived} if n == 2 else None)
    assert _left_alone(board, TEXT.encode())
    assert f"{USER_DATA} was left alone: not all of it arrived" in caplog.text
    assert PLANTED not in caplog.text
    assert _take(board)


def test_what_was_changed_meanwhile_is_left_alone(board: Board) -> None:
    def edit(number: int, how: dict[str, Any]) -> None:
        if number == 2:
            _path(board).write_text(f"{TEXT}more: 1\n", newline="")

    assert not _take(board, edit)
    assert _left_alone(board, f"{TEXT}more: 1\n".encode())


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("error", [TimeoutError("timed out"), EOFError(), OSError("gone")])
def test_a_broken_connection_has_no_traceback(
    at: int, error: Exception, board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(number: int, how: dict[str, Any]) -> None:
        if number == at:
            raise error

    assert not _take(board, breaks)
    assert _left_alone(board, TEXT.encode())
    assert f"{error or 'EOFError'}" in caplog.text
    assert "Traceback" not in caplog.text
