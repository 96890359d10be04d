"""Names for boards that were found."""

import pytest

from picluster.contact.naming import names_for, strongest_first
from tests.unit.contact.boards import board


def test_the_example_s_seven() -> None:
    found = [board(17, 1, "3B+"), board(14), board(11, 8), board(13), board(12, 4)]
    found += [board(15, 1, "3B+"), board(16, 1, "3B+")]
    boards = strongest_first(found)
    assert [int(one.address) & 0xFF for one in boards] == [11, 12, 13, 14, 15, 16, 17]
    assert names_for(boards) == ["pi8", "pi4", "pi2a", "pi2b", "pi1a", "pi1b", "pi1c"]


def test_of_one_memory_the_faster_comes_first() -> None:
    boards = strongest_first([board(11, 8, "4B"), board(12, 8, "5")])
    assert [one.model and one.model.name for one in boards] == ["5", "4B"]


def test_less_than_a_gigabyte() -> None:
    assert names_for([board(11, 0.5, "Zero 2 W")]) == ["pi512"]


@pytest.mark.parametrize(
    ("taken", "names"),
    [
        ([], ["pi2"]),
        (["pi8", "nas"], ["pi2"]),
        (["pi2"], ["pi2b"]),
        (["pi2a", "pi2b"], ["pi2c"]),
        (["pi2b"], ["pi2a"]),
        ([f"pi2{chr(letter)}" for letter in range(ord("a"), ord("z") + 1)], ["pi2aa"]),
    ],
)
def test_names_that_are_taken(taken: list[str], names: list[str]) -> None:
    assert names_for([board(11)], taken) == names
