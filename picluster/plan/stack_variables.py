"""Variables in compose files: they have no values but their defaults.

`docker stack deploy` would take them from the environment of the board on which it happens to run.
"""

import re
from typing import Any

_VARIABLE = re.compile(
    r"\$(?:(?P<escaped>\$)"
    r"|(?P<plain>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<default>:?-[^}$]*)?\}"
    r"|(?P<wrong>\{[A-Za-z_][A-Za-z0-9_]*|))"
)


class NoValueError(ValueError):
    """A variable that nothing gives a value; the message says which, and what to do."""


def substitute(text: str) -> str:
    """The text with each `${X:-default}` replaced by its default, and `$$` by `$`.

    Raises NoValueError, which quotes nothing but the variable's name.
    """
    return _VARIABLE.sub(_value, text)


def substituted(value: Any) -> Any:
    """A file's data with the same done to each text; without what its owner keeps (`x-`).

    Raises NoValueError.
    """
    if isinstance(value, str):
        return substitute(value)
    if isinstance(value, list):
        return [substituted(entry) for entry in value]
    if isinstance(value, dict):
        return {k: substituted(v) for k, v in value.items() if not k.startswith("x-")}
    return value


def escape(text: str) -> str:
    """The text as `docker stack deploy` reads it back unchanged."""
    return text.replace("$", "$$")


def _value(match: re.Match[str]) -> str:
    if match["escaped"]:
        return "$"
    if match["default"] is not None:
        return match["default"].removeprefix(":")[1:]
    name = match["plain"] or match["name"]
    if name:
        raise NoValueError(
            f"the variable ${{{name}}} has no value here; write the value, a default "
            f"(${{{name}:-value}}), or $$ for a dollar sign that is meant"
        )
    if match["wrong"]:
        variable = match["wrong"][1:]
        raise NoValueError(
            f"the variable {variable} is written in a way that is not understood; write "
            f"${{{variable}:-default}} with a plain default"
        )
    raise NoValueError("a dollar sign stands alone; write $$ where one is meant")
