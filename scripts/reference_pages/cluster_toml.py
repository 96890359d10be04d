"""docs/reference/cluster-toml.md: every key, from the JSON Schema that the models make."""

import json
from collections.abc import Iterator
from typing import Any

from picluster.plan.config import json_schema
from scripts.reference_pages import markdown

Schema = dict[str, Any]

_INTRODUCTION = """
What can stand in `cluster.toml`. [cluster.example.toml](../../cluster.example.toml) is the same as
a file to copy, with more words; `picluster validate` checks yours, and
[the JSON Schema](../cluster.schema.json) lets editors complete keys. A key that is not listed here
is refused.
"""


def page() -> str:
    """The whole page."""
    schema = json_schema()
    return markdown.page("cluster.toml", _INTRODUCTION, *_sections(schema))


def _sections(schema: Schema) -> Iterator[str]:
    definitions = schema["$defs"]
    for name, key in schema["properties"].items():
        reference = key.get("$ref") or key.get("items", {}).get("$ref")
        definition = definitions[reference.rpartition("/")[2]]
        heading = f"[[{name}]]" if key.get("type") == "array" else f"[{name}]"
        yield _section(heading, definition, needed=name in schema["required"])
        for inner, value in definition["properties"].items():
            if "$ref" in value:
                below = definitions[value["$ref"].rpartition("/")[2]]
                # The defaults of a table within a table stand where it is used.
                yield _section(
                    f"[{name}.{inner}]",
                    below | {"description": value["description"]},
                    defaults=value["default"],
                )


def _section(
    heading: str, definition: Schema, *, needed: bool = False, defaults: Schema | None = None
) -> str:
    """A heading, what it is about, and a line for each key."""
    about = definition["description"].split("\n\n")[0]
    keys = {k: v for k, v in definition["properties"].items() if "$ref" not in v}
    required = set(definition.get("required", []))
    rows = [
        (
            f"`{name}`",
            kind(key),
            "**required**" if name in required else _default(key, name, defaults),
            _meaning(key),
        )
        for name, key in keys.items()
    ]
    told = f"{about} Required." if needed else about
    table = markdown.table(["key", "value", "default", "meaning"], rows)
    return f"## {heading}\n\n{told}\n\n{table}"


def kind(key: Schema) -> str:
    """What a key takes, in words."""
    if "anyOf" in key:
        return " or ".join(kind(one) for one in key["anyOf"] if one.get("type") != "null")
    if "enum" in key:
        return ", ".join(f"`{json.dumps(value)}`" for value in key["enum"])
    if "const" in key:
        return f"`{json.dumps(key['const'])}`"
    match key.get("type"):
        case "array":
            return f"list of: {kind(key['items'])}"
        case "integer":
            return "whole number" + _bounds(key)
        case "number":
            return "number" + _bounds(key)
        case "boolean":
            return "`true` or `false`"
        case _:
            return "text"


def _bounds(key: Schema) -> str:
    least, most, above = (key.get(k) for k in ("minimum", "maximum", "exclusiveMinimum"))
    if least is not None and most is not None:
        return f", {least} to {most}"
    words = {", {} or more": least, " above {}": above, ", at most {}": most}
    return "".join(word.format(bound) for word, bound in words.items() if bound is not None)


def _default(key: Schema, name: str, defaults: Schema | None) -> str:
    value = defaults[name] if defaults is not None else key.get("default")
    return "" if value is None else f"`{json.dumps(value, ensure_ascii=False)}`"


def _meaning(key: Schema) -> str:
    examples = [f"`{json.dumps(each, ensure_ascii=False)}`" for each in key.get("examples", [])]
    meaning: str = key["description"]
    return meaning + (f" Example: {', '.join(examples)}." if examples else "")
