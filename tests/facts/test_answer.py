"""The protocol between the commands and the parsers, and the check of arguments."""

from pathlib import Path

import pytest
from pyinfra.api.exceptions import FactProcessError

from facts.answer import REPORT_FILE, Answer
from facts.arguments import RefusedArgumentError, checked_names, refusal
from facts.kernel import Kernel
from facts.packages import DebianPackages
from facts.tree import Tree
from facts.units import Units
from tests.facts.shell import HOSTILE, open_folder, run


def _reported(path: Path, *, unprivileged: bool = False) -> bytes | None:
    command = f"{REPORT_FILE}\nreport_file content '{path}'"
    return Answer(run(command, unprivileged=unprivileged)).file("content", str(path))


@pytest.mark.parametrize("content", [b"", b"\n", b"a=b\n\xff\x00\r\n", b"x" * 200_000])
def test_a_file_arrives_as_it_was(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    assert _reported(tmp_path / "file") == content


def test_an_absent_file_is_none(tmp_path: Path) -> None:
    assert _reported(tmp_path / "nope") is None
    assert _reported(tmp_path / "no" / "folder") is None


@pytest.mark.parametrize("closed", ["folder/file", "folder"])
def test_unreadable_is_not_absent(closed: str) -> None:
    with open_folder() as folder:
        (folder / "folder").mkdir()
        (folder / "folder" / "file").write_text("secret")
        (folder / closed).chmod(0)
        with pytest.raises(FactProcessError, match="is there, but cannot be read"):
            _reported(folder / "folder" / "file", unprivileged=True)


def test_a_directory_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(FactProcessError, match="cannot be read"):
        _reported(tmp_path)


def test_greetings_are_skipped_and_empty_is_none() -> None:
    answer = Answer(["Hello, pi!", "PATH=/bin", "key= value \r", "empty="])
    assert (answer.text("key"), answer.text("empty"), answer.all("nope")) == ("value", None, [])


@pytest.mark.parametrize("value", ["", "2", "yes"])
def test_flag_refuses(value: str) -> None:
    with pytest.raises(FactProcessError):
        Answer([f"key={value}"]).flag("key")


@pytest.mark.parametrize("value", ["1.5", "0x10", "\u0661", "1 2"])
def test_number_refuses(value: str) -> None:
    with pytest.raises(FactProcessError, match="no whole number"):
        Answer([f"key={value}"]).number("key")


def test_one_text_is_a_list_of_one() -> None:
    assert checked_names("ssh", "[a-z]+", "name") == ["ssh"]  # type: ignore[arg-type]


@pytest.mark.parametrize("names", [7, None, [7], [None], {"a": 1}])
def test_other_types_are_refused(names: list[str]) -> None:
    with pytest.raises(RefusedArgumentError):
        checked_names(names, ".*", "name")


@pytest.mark.parametrize("value", HOSTILE)
def test_a_refusal_says_why_whatever_the_value(value: str) -> None:
    error = RefusedArgumentError(f"{value!r} is no name")
    with pytest.raises(FactProcessError, match="is no name"):
        Answer(run(refusal(error)))


@pytest.mark.parametrize("value", [*HOSTILE, ""])
def test_hostile_names_never_reach_a_board(value: str) -> None:
    commands = [
        Tree().command(paths=[value]),
        Units().command(units=[f"{value};"]),  # a backslash alone is good in a unit's name
        DebianPackages().command(packages=[value]),
        Kernel().command(modules=[value], sysctls=[]),
        Kernel().command(modules=[], sysctls=[value]),
    ]
    for command in commands:
        with pytest.raises(FactProcessError, match=" is no "):
            Answer(run(command))


@pytest.mark.parametrize("key", ["vm..swappiness", "../etc/passwd", "vm/../../etc/passwd", "vm."])
def test_sysctls_stay_below_proc_sys(key: str) -> None:
    with pytest.raises(FactProcessError, match="is no sysctl key"):
        Answer(run(Kernel().command(modules=[], sysctls=[key])))
