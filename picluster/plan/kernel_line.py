"""The kernel's arguments in cmdline.txt: one line of words, edited word by word."""

import re
from collections.abc import Iterable, Sequence

OPPOSITES = {"cgroup_enable=memory": "cgroup_disable=memory"}
"""Words that undo a wished one when they stand behind it: the later of the two wins."""


FIRMWARE_WRITES = {"console=serial0": ("console=ttyS0", "console=ttyAMA0", "console=ttyAMA10")}
"""Words that the firmware replaces on their way from cmdline.txt to the kernel: serial0 is the
name of whichever serial port the board has on its header."""


class NoRootArgumentError(ValueError):
    """Raised for a cmdline.txt without root=: a board could not boot from what we would write."""


def wrong_arguments(wished: Iterable[str]) -> list[str]:
    """The wished words that could not stand in the line as one word each.

    A quotation mark would make one word of all that follow it.
    """
    return [word for word in wished if not re.fullmatch(r"[!#-~]+", word)]


def missing_arguments(wished: Iterable[str], present: Sequence[str]) -> list[str]:
    """The wished words that are not there, or that a later word undoes."""
    return [word for word in wished if not _holds(word, present)]


def not_in_force(wished: Iterable[str], running: Sequence[str]) -> list[str]:
    """The wished words that the kernel was not given, in the firmware's spelling or ours."""
    return [
        word
        for word in wished
        if not any(_holds(spelling, running) for spelling in (word, *_rewritten(word)))
    ]


def _rewritten(word: str) -> list[str]:
    name, comma, options = word.partition(",")
    return [f"{other}{comma}{options}" for other in FIRMWARE_WRITES.get(name, ())]


def _holds(word: str, present: Sequence[str]) -> bool:
    if word not in present:
        return False
    opposite = OPPOSITES.get(word)
    last = max(index for index, other in enumerate(present) if other == word)
    return opposite is None or opposite not in present[last:]


def with_arguments(text: str, wished: Iterable[str]) -> str:
    """The file's new content: its first line with the wished words, nothing else changed in it.

    The firmware reads the first line only, so words on later lines have no effect and go.
    Raises NoRootArgumentError when the first line has no root=.
    """
    words = text.split("\n", maxsplit=1)[0].split()
    if not any(word.startswith("root=") for word in words):
        message = "the first line has no root= argument"
        raise NoRootArgumentError(message)
    wished = list(wished)
    undone = {OPPOSITES[word] for word in wished if word in OPPOSITES}
    kept = [word for word in words if word not in undone]
    return " ".join([*kept, *missing_arguments(wished, kept)]) + "\n"
