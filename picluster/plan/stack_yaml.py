"""Compose files as data: YAML as Docker reads it, and where each thing stands in its file."""

import re
from dataclasses import dataclass
from typing import Any

import yaml
from typing_extensions import override

from picluster.plan.problems import Finding, Location, dotted, quote

LARGEST = 20_000
"""Values in a file, each alias counted as often as it is used."""

_PLAIN = (str, int, float, bool, type(None))


class YamlError(ValueError):
    """A text that cannot be taken for a compose file. `line` counts from 1, None where unknown."""

    def __init__(self, message: str, line: int | None = None, location: Location = ()) -> None:
        super().__init__(message)
        self.line, self.location = line, location


class _Loader(yaml.SafeLoader):
    """Refuses keys that stand twice, of which PyYAML would take the last without a word."""

    @override
    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if key.tag != "tag:yaml.org,2002:merge" and key.value in seen:
                raise YamlError(f"{quote(str(key.value))} stands there twice", _line(key))
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


# Docker takes neither 12:30 for a number nor 2026-01-01 for a date: they stay texts.
_INT, _FLOAT, _DATE = (f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "timestamp"))
_Loader.yaml_implicit_resolvers = {
    first: [entry for entry in entries if entry[0] not in {_INT, _FLOAT, _DATE}]
    for first, entries in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    _INT, re.compile(r"[-+]?(0b[01]+|0x[0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$"), list("-+0123456789")
)
_Loader.add_implicit_resolver(
    _FLOAT, re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$"), list("-+.0123456789")
)


@dataclass(frozen=True, slots=True)
class Document:
    """A file's content, of tables, lists and plain values alone, and its places."""

    data: Any
    _root: Any

    def line(self, location: Location) -> int:
        """The line of a place, counted from 1; of the nearest one above, where it has none."""
        node, line = self._root, _line(self._root)
        for part in location:
            found = _child(node, part)
            if found is None:
                break
            line, node = found
        return line

    def tell(self, source: str, finding: Finding) -> str:
        """A finding as it is shown, with its line; `source` is what the file is called."""
        where = f"{dotted(finding.location)}: " if finding.location else ""
        return f"{source}:{self.line(finding.location)}: {where}{finding.message}"


def read(text: str) -> Document:
    """The text as data. Raises YamlError, without quoting values, which may be secrets."""
    loader = None
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if root is None:
            raise YamlError("it is empty")
        _check_size(root, [], [0])
        data = loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise YamlError(f"it is no YAML: {error.problem or error.context}", line) from None
    except yaml.YAMLError:
        raise YamlError("it is no YAML: it has a character that no text has") from None
    except (ValueError, TypeError, AttributeError) as error:
        if isinstance(error, YamlError):
            raise
        raise YamlError("it has a value that cannot be read") from None
    finally:
        if loader is not None:
            loader.dispose()
    document = Document(data, root)
    _check_values(document, data, ())
    return document


def _check_size(node: Any, above: list[Any], count: list[int]) -> None:
    count[0] += 1
    if any(node is other for other in above) or len(above) > 50:
        raise YamlError("it holds itself, or is nested too deeply", _line(node))
    if count[0] > LARGEST:
        raise YamlError(f"it has more than {LARGEST} values", _line(node))
    if isinstance(node, yaml.MappingNode):
        children = [child for pair in node.value for child in pair]
    else:
        children = node.value if isinstance(node, yaml.SequenceNode) else []
    for child in children:
        _check_size(child, [*above, node], count)


def _check_values(document: Document, value: Any, location: Location) -> None:
    if isinstance(value, dict):
        for key, entry in value.items():
            if not isinstance(key, str):
                raise YamlError(
                    f"the key {key!r} is no text; write it in quotes",
                    document.line((*location, key)),
                    location,
                )
            _check_values(document, entry, (*location, key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            _check_values(document, entry, (*location, index))
    elif not isinstance(value, _PLAIN):
        raise YamlError(
            f"{dotted(location)} is neither text, number, list nor table; write it in quotes",
            document.line(location),
            location,
        )


def _child(node: Any, part: str | int) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode):
        # A key such as true was read as another value than it is written.
        name = str(part).casefold()
        return next(((_line(k), v) for k, v in node.value if str(k.value).casefold() == name), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return _line(node.value[part]), node.value[part]
    return None


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1
