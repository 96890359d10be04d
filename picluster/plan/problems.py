"""Problems of a cluster.toml, each one line, and the error that holds all of them."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from picluster.plan.errors import UserError

Location = tuple[str | int, ...]
"""The keys and positions that lead to a place in the file: `("node", 2, "address")`."""

_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a check found wrong, before its place is put into words."""

    location: Location
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where it stands (`node[2] (pi2a).address`) and what is wrong."""

    path: str
    message: str

    @property
    def line(self) -> str:
        """The problem as it is shown."""
        return f"{self.path}: {self.message}" if self.path else self.message


class ConfigError(UserError):
    """A cluster.toml is refused. Holds all its problems, so that one edit can mend them."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.source = source
        self.problems = list(problems)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        lines = [f"{source} has {count}:", *(f"  {problem.line}" for problem in self.problems)]
        super().__init__("\n".join(lines))


def quote(text: str) -> str:
    """The text in double quotes, as TOML would have it, on one line and not too long."""
    if len(text) > _LONGEST_QUOTE:
        text = text[: _LONGEST_QUOTE - 1] + "…"
    # Control characters and line separators must not reach a terminal or break the line.
    return json.dumps(text, ensure_ascii=not text.isprintable())


def dotted(location: Location) -> str:
    """A place in the file as people write it: `system.packages[1]`."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            key = part if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", part) else quote(part)
            path += f".{key}" if path else key
    return path
