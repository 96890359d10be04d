"""A difference between a board and the plan, as operations note it and `picluster drift` reads it:
one line of JSON each, in the file that an environment variable names."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from picluster.plan.errors import UserError

VARIABLE = "PICLUSTER_DIFFERENCES"
"""Names the file. Without it nothing is noted."""

MAX_CHARACTERS = 200
"""Of a value that is shown: a line of a file may be as long as a file."""

BEFORE = 40
"""Characters that are shown before the first that differs, of values that are longer than shown."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing of one board that an operation would change."""

    host: str
    operation: str
    """As pyinfra shows it, such as "Base | Set the host name"."""
    operation_hash: str
    """By which pyinfra's plan knows it; two operations may have one name."""
    what: str
    found: str
    wanted: str

    def line(self) -> str:
        """This difference in the file of notes."""
        return json.dumps(asdict(self)) + "\n"


@dataclass(frozen=True, slots=True)
class Unseen:
    """One thing that an operation would have compared, and could not look at."""

    host: str
    what: str
    why: str
    behind: tuple[str, ...] = ()
    """Boards of which any difference, or silence, may be the cause: then that is the thing to
    mend, and this one is not worth a word of its own."""

    def line(self) -> str:
        """This one in the file of notes."""
        return json.dumps({"unseen": asdict(self)}) + "\n"


@dataclass(frozen=True, slots=True)
class Notes:
    """What operations have noted in a run, each thing once and in its order."""

    differences: tuple[Difference, ...]
    unseen: tuple[Unseen, ...]


def read_notes(lines: Iterable[str]) -> Notes:
    """What a file of notes holds. Raises UserError for a line that is no note."""
    noted = dict.fromkeys(_noted(number, line) for number, line in enumerate(lines, start=1))
    return Notes(
        tuple(one for one in noted if isinstance(one, Difference)),
        tuple(one for one in noted if isinstance(one, Unseen)),
    )


def _noted(number: int, line: str) -> Difference | Unseen:
    try:
        data = json.loads(line)
        if isinstance(data, dict) and "unseen" in data:
            return Unseen(**data["unseen"] | {"behind": tuple(data["unseen"]["behind"])})
        return Difference(**data)
    except (ValueError, TypeError, KeyError):
        raise UserError(
            f"line {number} of the noted differences cannot be read: is {VARIABLE} the file of "
            "another run too?"
        ) from None


def shown(value: str) -> str:
    """A value in one short line, without what would move a terminal's cursor."""
    printable = "".join(c if c.isprintable() else " " for c in value)
    text = " ".join(printable.split())
    return text if len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 1]}…"


def windows(found: str, wanted: str) -> tuple[str, str]:
    """Two long values that differ, without what is the same at their beginnings: cut off at their
    ends alone, they could be shown as one.
    """
    if max(len(found), len(wanted)) <= MAX_CHARACTERS - BEFORE:  # with room for words around them
        return found, wanted
    pairs = enumerate(zip(found, wanted, strict=False))
    same = next((number for number, (a, b) in pairs if a != b), min(len(found), len(wanted)))
    if (begin := same - BEFORE) <= 0:
        return found, wanted
    return f"…{found[begin:]}", f"…{wanted[begin:]}"
