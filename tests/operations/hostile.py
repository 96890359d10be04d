"""What the cases of test_hostile.py are made of: the values, how one gets in, and how it shows."""

import grp
import os
import pwd
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from typing_extensions import override

from tests.facts.shell import on_root, write
from tests.operations.board import Board

VALUES = [
    "a; touch owned",
    "a;id",
    "a'b\"c",
    "it's",
    "a\nb",
    "a\ntouch owned",
    "$(touch owned)",
    "$(touch${IFS}owned)",
    "`touch owned`",
    "a>owned",
    "-rf",
    "*",
    "",
    " ",
    "../../etc/shadow",
    "/etc/shadow",
    "%s%n",
    "{names}",
    "\\",
    "ümlaut",
    "\u2028",
    "a\0b",
    "\t",
]

# No blanks, quotation marks or control characters; but no shell sees these words.
WORDS = ["a;id", "it's", "$(touch${IFS}owned)", "a>owned", "-rf", "*", "../../etc/shadow"]
WORDS += ["/etc/shadow", "%s%n", "{names}", "\\"]
PRINTABLE = [value for value in VALUES if value.isprintable() and value.strip()]
PATHS = [value for value in PRINTABLE if not value.startswith(("/", ".."))]

USER, GROUP = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name


class SameBoard(Board):
    """Each board begins in the same state, so facts without arguments are asked once for all."""

    answers: ClassVar[dict[Any, str]] = {}

    def __init__(self, folder: Path, files: dict[str, str | bytes]) -> None:
        super().__init__(folder, files)
        self.told: dict[Any, Any] = {}
        """Facts whose answers are given, and not asked for."""

    @override
    def get_fact(self, fact: Any, **arguments: Any) -> Any:
        if fact in self.told:
            return self.told[fact]
        if arguments:
            return super().get_fact(fact, **arguments)
        asked = fact()
        if fact not in self.answers:
            output = self.shell(asked.command()).stdout
            self.answers[fact] = output.replace(str(self.root), "{root}")
        return asked.process(self.answers[fact].replace("{root}", str(self.root)).splitlines())


@dataclass
class Case:
    """How a value gets into an operation, and how it may show on the board."""

    operation: Any
    arguments: Callable[[str, SameBoard], dict[str, Any]]
    accepted: Iterable[str] = ()
    """The values that are not refused, though nobody would wish them."""
    shows: Callable[[str, Board], bool] = lambda value, board: True
    """Whether an accepted value arrived whole and alone."""
    executing: bool = False


def word(program: str, form: str = "{}") -> Callable[[str, Board], bool]:
    """Whether the value was one of the words of a program's last call."""

    def shows(value: str, board: Board) -> bool:
        calls = [call for call in board.calls() if call[0] == program]
        return bool(calls) and on_root(form.format(value), board.root) in calls[-1]

    return shows


def entry(make: Callable[[str, Board], Any]) -> Callable[[str, Board], dict[str, Any]]:
    """Arguments of an operation that keeps a single entry of a tree."""
    return lambda value, board: {"entries": [make(value, board)]}


def file_named(value: str, board: Board) -> bool:
    """Whether a file has the value as its name."""
    return (board.cwd.parent / "tree" / value).read_text() == "content"


UNIT = "MainPID=0\nActiveState=inactive\nSubState=dead\nUnitFileState=\nNeedDaemonReload=no\n"
UNIT_FILES = "FragmentPath=\\nDropInPaths=\\n"


def engine_and(
    arguments: Callable[[str, Board], dict[str, Any]],
) -> Callable[[str, Board], dict[str, Any]]:
    """The same arguments for an operation that asks for the engine, which is stopped."""

    def having(value: str, board: Board) -> dict[str, Any]:
        write(board.root, {"/run/systemd/system/x": "", "/etc/alternatives/x": ""})
        board.program("systemctl", f"printf '{UNIT}InvocationID=\\n{UNIT_FILES}'")
        return arguments(value, board)

    return having


def engine(make: Callable[[str], dict[str, Any]]) -> Callable[[str, Board], dict[str, Any]]:
    """The same for arguments that are made without the board."""
    return engine_and(lambda value, board: make(value))
