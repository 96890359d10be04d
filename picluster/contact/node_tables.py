"""The `[[node]]` tables of a cluster.toml as lines of text, so that every comment stays in place.

A TOML library that keeps comments puts a new key or table behind whatever follows the old ones,
which is the comment of the next section. Whether an edit said what was meant is checked by
parsing the result: see `cluster_file.checked`.
"""

import re
from itertools import pairwise

from picluster.contact.entries import Entry, Value, literal

_HEADER = re.compile(r"^\s*\[.*\]\s*(#.*)?$")
_NODE = re.compile(r"^\s*\[\[\s*node\s*\]\]\s*(#.*)?$")
_VALUE = r"""("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#'"]+)"""


class NodeTables:
    """A cluster.toml's text, open for edits of its nodes."""

    def __init__(self, text: str) -> None:
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._lines = text.rstrip().splitlines()

    @property
    def text(self) -> str:
        """The text as it is now."""
        return self._newline.join([*self._lines, ""])

    def set(self, index: int, key: str, value: Value) -> None:
        """Gives a key of a node, counted from 0, its value; the key may be new."""
        start, end = self._places()[index]
        pattern = re.compile(rf"^(\s*{key}\s*=\s*){_VALUE}(\s*(?:#.*)?)$")
        for place in range(start, end):
            if match := pattern.match(self._lines[place]):
                self._lines[place] = f"{match[1]}{literal(value)}{match[3]}"
                return
        self._lines.insert(end, f"{key} = {literal(value)}")

    def append(self, entry: Entry) -> None:
        """Adds a node after the last one, or at the end where there is none."""
        places = self._places()
        end = places[-1][1] if places else len(self._lines)
        self._lines[end:end] = ["", *entry.lines()] if end else entry.lines()

    def _places(self) -> list[tuple[int, int]]:
        """First line of each node's table, and the line after its last key."""
        headers = [place for place, line in enumerate(self._lines) if _HEADER.match(line)]
        bounds = pairwise([*headers, len(self._lines)])
        return [
            (start, self._last_key(start, end) + 1)
            for start, end in bounds
            if _NODE.match(self._lines[start])
        ]

    def _last_key(self, start: int, end: int) -> int:
        """What stands below it, blank lines and comments, belongs to what follows."""
        return max(
            place
            for place in range(start, end)
            if place == start or not re.match(r"^\s*(#|$)", self._lines[place])
        )
