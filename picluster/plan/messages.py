"""What pydantic finds, in the words of someone who edits cluster.toml."""

import re
from collections.abc import Callable, Sequence
from typing import Any, get_args

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from picluster.plan.config import ClusterConfig
from picluster.plan.problems import Finding, Location, dotted, quote
from picluster.plan.sections import Section
from picluster.plan.suggest import closest, did_you_mean, listed

Phrase = Callable[[Location, object, dict[str, Any]], str]
"""Words for a kind of error: from its place, the value found there and pydantic's context."""

# Python itself refuses to write out a number of some thousand digits.
_TOO_LONG = 10**20


def findings_of(errors: Sequence[ErrorDetails]) -> list[Finding]:
    """The errors as findings. A misspelt key is one finding, not also the lack of the right one."""
    misspelt = {
        (*error["loc"][:-1], _meant(error["loc"]))
        for error in errors
        if error["type"] == "extra_forbidden"
    }
    return [
        Finding(error["loc"], _message(error))
        for error in errors
        if error["type"] != "missing" or error["loc"] not in misspelt
    ]


def _message(error: ErrorDetails) -> str:
    location, found = error["loc"], error["input"]
    phrase = _PHRASES.get(error["type"])
    if phrase is not None:
        return phrase(location, found, error.get("ctx", {}))
    # Our own validators raise ValueError; anything else is a kind of error nobody thought of.
    message = error["msg"].removeprefix("Value error, ")
    return " ".join(message.split())


def _missing(location: Location, _found: object, _ctx: dict[str, Any]) -> str:
    if location == ("node",):
        return "is missing; add a [[node]] table for each board"
    if len(location) == 1:
        required = [
            _line(key, field) for key, field in _fields_at(location).items() if field.is_required()
        ]
        return f"is missing; add the table [{location[0]}] with {', '.join(required)}"
    key = str(location[-1])
    return f"is missing; write for example {_line(key, _fields_at(location[:-1])[key])}"


def _extra(location: Location, _found: object, _ctx: dict[str, Any]) -> str:
    known = f"known are {listed(_fields_at(location[:-1]), 'and')}"
    return f"no such key{did_you_mean(_meant(location), known)}"


def _meant(location: Location) -> str | None:
    """The key that a misspelt one stands for."""
    return closest(str(location[-1]), _fields_at(location[:-1]))


def _not_text(location: Location, found: object, _ctx: dict[str, Any]) -> str:
    match found:
        case bool():
            pass
        case int() | float() if abs(found) < _TOO_LONG:
            return f"must be text in quotes; did you mean {quote(_shown(found))}?"
    return f"must be text in quotes, not {_shown(found)}{_example(location)}"


def _not_number(kind: str) -> Phrase:
    def phrase(location: Location, found: object, _ctx: dict[str, Any]) -> str:
        if isinstance(found, str) and re.fullmatch(r"[0-9]+(\.[0-9]+)?", found):
            return f"must be {kind} without quotes; write {found}"
        return f"must be {kind}, not {_shown(found)}{_example(location)}"

    return phrase


def _not_bool(_location: Location, found: object, _ctx: dict[str, Any]) -> str:
    return f"must be true or false without quotes, not {_shown(found)}"


_TABLES: dict[Location, str] = {("node",): "board", ("stack",): "stack"}
"""What there is a list of tables for, and what one of them is called."""


def _not_list(location: Location, found: object, _ctx: dict[str, Any]) -> str:
    if location in _TABLES:
        (name,) = location
        what = f"every {_TABLES[location]} is a table of its own"
        return f"{what}; write [[{name}]] with double brackets above it"
    if isinstance(found, str):
        return f"must be a list; did you mean [{quote(found)}]?"
    return f"must be a list, not {_shown(found)}"


def _not_table(location: Location, found: object, _ctx: dict[str, Any]) -> str:
    if location[:1] in _TABLES:
        return (
            f"must be a table, not {_shown(found)}; write [[{location[0]}]] and its keys below it"
        )
    hint = f"write [{dotted(location)}] and its keys below it"
    if isinstance(found, list | tuple):
        return f"there is only one such table; {hint}"
    return f"must be a table, not {_shown(found)}; {hint}"


def _not_a_choice(_location: Location, found: object, ctx: dict[str, Any]) -> str:
    choices = re.findall(r"'([^']*)'", str(ctx["expected"]))
    wanted = f"write {listed(map(quote, choices))}"
    suggestion = closest(found, choices, 0.76) if isinstance(found, str) else None
    return f"{_shown(found)} is not possible{did_you_mean(suggestion, wanted)}"


def _line(key: str, field: FieldInfo) -> str:
    example = field.examples[0] if field.examples else ""
    return f"{key} = {_shown(example)}"


def _example(location: Location) -> str:
    field = _fields_at(location[:-1]).get(str(location[-1]))
    return (
        f"; write for example {_line(str(location[-1]), field)}" if field and field.examples else ""
    )


def _shown(value: object) -> str:
    match value:
        case str():
            return quote(value)
        case bool():
            return str(value).lower()
        case int() if abs(value) >= _TOO_LONG:
            return "a huge number"
        case int() | float():
            return f"{value}"
        case list() | tuple():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or time"


def _fields_at(location: Location) -> dict[str, FieldInfo]:
    """The keys that the table at this place may have, by their names in the file."""
    section: type[Section] | None = ClusterConfig
    for part in location:
        if isinstance(part, str) and section is not None:
            section = _section_in(_named(section).get(part))
    return _named(section) if section is not None else {}


def _named(section: type[Section]) -> dict[str, FieldInfo]:
    return {field.alias or key: field for key, field in section.model_fields.items()}


def _section_in(field: FieldInfo | None) -> type[Section] | None:
    if field is None:
        return None
    for kind in (field.annotation, *get_args(field.annotation)):
        if isinstance(kind, type) and issubclass(kind, Section):
            return kind
    return None


_PHRASES: dict[str, Phrase] = {
    "missing": _missing,
    "extra_forbidden": _extra,
    "string_type": _not_text,
    "int_type": _not_number("a whole number"),
    "int_from_float": _not_number("a whole number"),
    "float_type": _not_number("a number"),
    "bool_type": _not_bool,
    "tuple_type": _not_list,
    "model_type": _not_table,
    "literal_error": _not_a_choice,
    "finite_number": lambda _place, found, _ctx: f"must be a number, not {_shown(found)}",
    "greater_than": lambda _place, found, ctx: f"must be above {ctx['gt']:g}, not {_shown(found)}",
    "greater_than_equal": lambda _place, found, ctx: (
        f"must be at least {ctx['ge']}, not {_shown(found)}"
    ),
    "less_than_equal": lambda _place, found, ctx: (
        f"must be at most {ctx['le']}, not {_shown(found)}"
    ),
}
