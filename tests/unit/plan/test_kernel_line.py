"""Words of cmdline.txt."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picluster.plan.kernel_line import (
    OPPOSITES,
    NoRootArgumentError,
    missing_arguments,
    not_in_force,
    with_arguments,
    wrong_arguments,
)

ON, OFF = "cgroup_enable=memory", "cgroup_disable=memory"
ROOT = "root=PARTUUID=1-02"

words = st.sampled_from([ON, OFF, "quiet", "console=tty1", ROOT, "rootwait", "cma=64M"]) | st.text(
    string.ascii_letters + string.digits + "=,.:/_-", min_size=1, max_size=12
)
wishes = st.lists(words.filter(lambda word: word != OFF), max_size=4)
lines = st.lists(words, max_size=8).map(lambda kept: " ".join([*kept, ROOT]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{ROOT}\n", f"{ROOT} {ON}\n"),
        (ROOT, f"{ROOT} {ON}\n"),
        (f"{ROOT}\r\n", f"{ROOT} {ON}\n"),
        (f"  {ROOT}\t quiet\n", f"{ROOT} quiet {ON}\n"),
        (f"{ON} {ROOT}\n", f"{ON} {ROOT}\n"),
        (f"{OFF} {ROOT}\n", f"{ROOT} {ON}\n"),
        (f"{ON} {OFF} {ROOT}\n", f"{ON} {ROOT}\n"),
        (f"{ROOT}\n{ON}\n", f"{ROOT} {ON}\n"),
        # Beginnings and ends of other words are not the word.
        (f"{ROOT} {ON}x x{ON}\n", f"{ROOT} {ON}x x{ON} {ON}\n"),
    ],
)
def test_with_arguments(text: str, expected: str) -> None:
    assert with_arguments(text, [ON]) == expected


@pytest.mark.parametrize("text", ["", "\n", "quiet\n", f"quiet\n{ROOT}\n", "bootroot=/dev/sda"])
def test_a_line_without_root_is_refused(text: str) -> None:
    with pytest.raises(NoRootArgumentError, match="no root= argument"):
        with_arguments(text, [ON])


@pytest.mark.parametrize(
    ("present", "missing"),
    [
        ([], [ON]),
        ([ON], []),
        ([OFF, ON], []),  # the firmware's own word comes first
        ([ON, OFF], [ON]),
        ([ON, OFF, ON], []),
    ],
)
def test_the_later_word_wins(present: list[str], missing: list[str]) -> None:
    assert missing_arguments([ON], present) == missing


@given(lines, wishes)
def test_once_is_enough(line: str, wished: list[str]) -> None:
    once = with_arguments(line, wished)
    assert with_arguments(once, wished) == once
    assert missing_arguments(wished, once.split()) == []


@given(lines, wishes)
def test_nothing_else_is_lost(line: str, wished: list[str]) -> None:
    undone = {OPPOSITES[word] for word in wished if word in OPPOSITES}
    kept = [word for word in line.split() if word not in undone]
    done = with_arguments(line, wished)
    assert done.split()[: len(kept)] == kept
    assert ROOT in done.split()
    assert done.count("\n") == 1
    assert done.endswith("\n")


@pytest.mark.parametrize("word", ["", " ", "a b", "a\nb", 'a="b', "ü", "a\0", "\t"])
def test_what_is_no_single_word(word: str) -> None:
    assert wrong_arguments(["quiet", word]) == [word]


def test_what_is_one() -> None:
    assert wrong_arguments([ON, "console=serial0,115200", "it's;$(x)"]) == []


@pytest.mark.parametrize("port", ["ttyS0", "ttyAMA0", "ttyAMA10"])
def test_the_firmware_spells_the_serial_port_in_its_own_way(port: str) -> None:
    # Compared word for word, such a wish would restart the board in every run.
    assert not_in_force(["console=serial0,115200"], [f"console={port},115200", "root=x"]) == []


def test_another_console_is_not_taken_for_the_wished_one() -> None:
    for running in (["console=tty1"], ["console=ttyS0,9600"], []):
        assert not_in_force(["console=serial0,115200"], running) == ["console=serial0,115200"]
