"""Rebooting and waiting, with a board that answers as told."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from operations import reboot


class Rebooting:
    """A host whose boot ids follow one another; None while it does not answer."""

    name = "pi1"
    print_prefix = "[pi1] "
    connected = True

    def __init__(self, *answers: str | Exception | None) -> None:
        self._answers = iter(answers)
        self.commands: list[str] = []

    def get_fact(self, fact: Any) -> dict[str, str] | None:
        answer = next(self._answers)
        return {"boot_id": answer} if isinstance(answer, str) else None

    def disconnect(self) -> None:
        self.connected = False

    def connect(self, *, show_errors: bool) -> None:
        assert not show_errors, "a board that is away is no error here"
        self._answer = next(self._answers)
        if isinstance(self._answer, Exception):
            raise self._answer
        self.connected = self._answer is not None

    def run_shell_command(self, command: str, **_: Any) -> tuple[bool, SimpleNamespace]:
        self.commands.append(command)
        return True, SimpleNamespace(stdout=f"{getattr(self, '_answer', '')}\n")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Seconds pass by being slept through."""
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    monkeypatch.setattr("time.sleep", lambda s: now.__setitem__(0, now[0] + s))
    yield
    reboot._away.clear()


def _reboot(host: Rebooting, *, timeout: int = 60, rolling: bool = False) -> bool:
    return reboot.reboot_and_wait(None, host, ["a reason"], timeout, rolling)  # type: ignore[arg-type]


def test_comes_back() -> None:
    # It answers for a while with the old boot, is away, breaks a connection, and is back.
    host = Rebooting("old", "old", "old", None, EOFError(), OSError(), "new")
    assert _reboot(host) is True
    assert host.commands[0].startswith("( sleep 0.2; systemctl reboot )")
    assert not reboot._away


def test_does_not_come_back(caplog: pytest.LogCaptureFixture) -> None:
    host = Rebooting("old", *[None] * 100)
    assert _reboot(host) is False
    assert "did not come back within 60 seconds of its reboot; look at its LEDs" in caplog.text
    assert "Traceback" not in caplog.text


def test_did_not_reboot_at_all() -> None:
    assert _reboot(Rebooting("old", *["old"] * 100)) is False


def test_no_second_board_while_one_is_away(caplog: pytest.LogCaptureFixture) -> None:
    assert _reboot(Rebooting("old", *[None] * 100), rolling=True) is False
    second = Rebooting("old", "new")
    second.name = "pi2"
    assert _reboot(second, rolling=True) is False
    assert "not rebooted: pi1 did not come back from its reboot" in caplog.text
    assert second.commands == []
    # Without `rolling` each board is on its own.
    assert _reboot(second) is True


def test_the_board_does_not_tell_its_boot() -> None:
    host = Rebooting(None)
    assert _reboot(host) is False
    assert host.commands == [], "whether it came back could not be seen"
