"""How wide texts are taken to be."""

import pytest

from picluster.pictures.chips import GAP, Chip, flowed
from picluster.pictures.measure import shortened, width, wrapped

DEJAVU_SANS = {
    " ": 0.318, "t": 0.392, "r": 0.411, "f": 0.352, "I": 0.295, "-": 0.361, "·": 0.318,
    "/": 0.337, "(": 0.390, "e": 0.615, "d": 0.635, "0": 0.636, "9": 0.636, "x": 0.592, "w": 0.818,
    "m": 0.974, "M": 0.863, "W": 0.989, "N": 0.748, "D": 0.770, "O": 0.787, "G": 0.775, "S": 0.635,
    "×": 0.838, "…": 1.0, "≤": 0.838, "@": 1.0, "%": 0.950, "+": 0.838,
}  # fmt: skip
"""Widths of letters, as parts of the size: those of the widest font that a picture may get."""


@pytest.mark.parametrize(("letter", "part"), DEJAVU_SANS.items())
def test_no_letter_is_wider_than_it_is_taken_to_be(letter: str, part: float) -> None:
    assert width(letter, "body") >= part * 12
    assert width(letter, "name") >= part * 15 * 1.08


def test_bold_and_large_take_more() -> None:
    assert width("NameNode", "body") < width("NameNode", "strong") < width("NameNode", "name")


@pytest.mark.parametrize(
    ("room", "text"), [(1000, "raspberry"), (50, "raspb…"), (20, "r…"), (1, "…")]
)
def test_what_does_not_fit_is_shortened(room: float, text: str) -> None:
    assert shortened("raspberry", "body", room) == text


def test_words_are_wrapped_and_none_is_lost() -> None:
    words = "one two three four five six seven".split()
    lines = wrapped(words, "body", 80)
    assert " ".join(lines).split() == words
    assert len(lines) > 1
    assert all(width(line, "body") <= 80 for line in lines)


def test_a_word_that_is_too_long_is_shortened() -> None:
    assert wrapped(["incomprehensibilities"], "body", 60)[0].endswith("…")


def test_chips_flow_into_the_next_line() -> None:
    chips = [Chip("DataNode", "daemons")] * 3
    size = flowed(chips, 1000)[0].width
    places = [(one.x, one.y > 0) for one in flowed(chips, 2 * size + GAP)]
    assert places == [(0, False), (size + GAP, False), (0, True)]
