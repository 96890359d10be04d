"""The "did you mean …?" of error messages."""

import difflib
from collections.abc import Iterable

from picluster.plan.problems import quote


def closest(word: str, choices: Iterable[str], likeness: float = 0.6) -> str | None:
    """The choice that the word most likely stands for, None where nothing is near.

    `likeness` is difflib's ratio, 0 to 1, that a choice has to reach.
    """
    by_folded = {choice.casefold(): choice for choice in choices}
    found = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=likeness)
    return by_folded[found[0]] if found else None


def did_you_mean(suggestion: str | None, otherwise: str = "") -> str:
    """The end of a message: the suggestion, or what else is there to say."""
    if suggestion is not None:
        return f"; did you mean {quote(suggestion)}?"
    return f"; {otherwise}" if otherwise else ""


def listed(choices: Iterable[str], last: str = "or") -> str:
    """`a, b or c`."""
    *front, end = choices
    return f"{', '.join(front)} {last} {end}" if front else end
