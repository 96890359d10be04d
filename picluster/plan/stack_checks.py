"""What speaks against a compose file before Docker sees it; each finding with its place."""

import re
from collections.abc import Iterator
from typing import Any

from picluster.plan.problems import Finding, Location, quote
from picluster.plan.stack_keys import ADVICE, TOP, Schema
from picluster.plan.stack_variables import NoValueError, substitute
from picluster.plan.suggest import closest, did_you_mean, listed

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?", re.ASCII)
LONGEST_NAME = 63
"""A service's name with its stack's is a DNS name; Docker itself refuses more."""

_STACK = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_SHORT_MOUNT = re.compile(r"(?P<source>[^:]+):[^:]+(:[^:]*)?")


def is_stack_name(name: str) -> bool:
    """Whether a stack may be called so."""
    return _STACK.fullmatch(name) is not None


def findings(name: str, data: Any) -> Iterator[Finding]:
    """All findings in a file's data.

    + name: the stack's
    """
    if not isinstance(data, dict):
        yield Finding((), "it is no table; it begins with services:")
        return
    yield from _top(name, data)
    yield from _variables(data, ())
    for section, schema in TOP.items():
        entries = data.get(section) or {}
        if not isinstance(entries, dict):
            yield Finding((section,), "it is no table of names")
            continue
        for entry, content in entries.items():
            place: Location = (section, entry)
            yield from _name(name, place, entry)
            if content is None and section in {"networks", "volumes"}:
                continue
            found = list(_keys(content, schema, place))
            yield from found
            if found:
                continue
            if section == "services":
                yield from _service(content, data, place)
            elif section in {"configs", "secrets"}:
                yield from _object(content, section, place)


def _top(name: str, data: dict[str, Any]) -> Iterator[Finding]:
    for key in data:
        if key not in TOP and key not in {"version", "name"} and not key.startswith("x-"):
            yield Finding((key,), _unknown(key, TOP))
    version = data.get("version", "3.8")
    if not isinstance(version, str) or not re.fullmatch(r"3(\.[0-9]{1,2})?", version):
        yield Finding(("version",), 'write version: "3.8", in quotes: a Swarm takes no other major')
    if data.get("name", name) != name:
        yield Finding(("name",), f"cluster.toml calls the stack {quote(name)}; take it out here")
    if not data.get("services"):
        yield Finding(("services",), "a stack has at least one service; write one")


def _name(stack: str, place: Location, name: str) -> Iterator[Finding]:
    if not _NAME.fullmatch(name):
        yield Finding(place, "its name has to be of letters, digits, dots, hyphens and underscores")
    elif len(f"{stack}_{name}") > LONGEST_NAME - 9 * (place[0] in {"configs", "secrets"}):
        yield Finding(place, f"with the stack's name ({stack}_…) its name is too long for Docker")


def _keys(content: Any, schema: Schema, place: Location) -> Iterator[Finding]:
    if not isinstance(content, dict):
        yield Finding(place, f"it is no table; it takes {listed(sorted(schema))}")
        return
    for key, value in content.items():
        if key.startswith("x-"):
            continue
        if key not in schema:
            yield Finding((*place, key), _unknown(key, schema))
        elif (below := schema[key]) is not None and value is not None:
            yield from _keys(value, below, (*place, key))


def _unknown(key: str, schema: Schema) -> str:
    if key in ADVICE and "image" in schema:
        return ADVICE[key]
    return "Docker knows no such key" + did_you_mean(closest(key, schema), "take it out")


def _service(content: dict[str, Any], data: dict[str, Any], place: Location) -> Iterator[Finding]:
    if not isinstance(content.get("image"), str) or not content["image"]:
        yield Finding((*place, "image"), "write the image that the service runs")
    yield from _environment(content.get("environment"), (*place, "environment"))
    yield from _volumes(content.get("volumes"), data, (*place, "volumes"))
    for section in ("networks", "configs", "secrets"):
        entries = content.get(section) or []
        known = set(data.get(section) or {})
        if section == "networks":
            known.add("default")
        if not isinstance(entries, list | dict):
            yield Finding((*place, section), "it is no list")
            continue
        for position, entry in enumerate(entries):
            source = entry.get("source") if isinstance(entry, dict) else entry
            if source not in known:
                where = entry if isinstance(entries, dict) else position
                yield Finding(
                    (*place, section, where),
                    f"there is no {quote(str(source))} under {section} at the end of the file",
                )


def _environment(content: Any, place: Location) -> Iterator[Finding]:
    if isinstance(content, list):
        pairs = [str(entry).partition("=") for entry in content]
        missing = [(index, pair[0]) for index, pair in enumerate(pairs) if not pair[1]]
        for index, key in missing:
            yield Finding((*place, index), f"{quote(key)} has no value; write NAME=value")
    elif isinstance(content, dict):
        for key, value in content.items():
            if value is None:
                yield Finding((*place, key), 'it has no value; write one (an empty one is "")')
            elif isinstance(value, bool | list | dict):
                yield Finding((*place, key), "it is no text; write the value in quotes")
    elif content is not None:
        yield Finding(place, "it is neither a table nor a list of NAME=value")


def _volumes(content: Any, data: dict[str, Any], place: Location) -> Iterator[Finding]:
    if content is not None and not isinstance(content, list):
        yield Finding(place, "it is no list")
        return
    for index, entry in enumerate(content or []):
        if isinstance(entry, dict):
            source, kind = entry.get("source"), entry.get("type")
        else:
            match = _SHORT_MOUNT.fullmatch(str(entry))
            source, kind = (match["source"] if match else None), None
        if source is None:
            continue  # a volume without a name, or memory
        source = str(source)
        if source.startswith(("/", "~", ".")) or kind == "bind":
            if not source.startswith("/"):
                yield Finding(
                    (*place, index),
                    f"{quote(source)} would be a folder relative to nothing on some board; write "
                    "a path that begins with / and is on every board, or a config or a volume",
                )
        elif kind in {None, "volume"} and source not in (data.get("volumes") or {}):
            yield Finding((*place, index), f"there is no {quote(source)} under volumes; write it")


def _object(content: dict[str, Any], section: str, place: Location) -> Iterator[Finding]:
    is_external = content.get("external") not in (None, False)
    given = [key for key in ("file", "content") if key in content]
    if is_external and not given:
        return
    if is_external or len(given) != 1:
        yield Finding(
            place, "write one of file, content and external; an environment is the board's own"
        )
    elif not isinstance(content[given[0]], str) or not content[given[0]]:
        yield Finding((*place, given[0]), "it is no text")
    elif "name" in content:
        yield Finding(
            (*place, "name"),
            f"the {section[:-1]} gets a new name with each content; take it out",
        )


def _variables(value: Any, place: Location) -> Iterator[Finding]:
    if isinstance(value, str):
        try:
            substitute(value)
        except NoValueError as error:
            yield Finding(place, str(error))
    elif isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, entry in pairs:
            # What the owner keeps for himself is not sent.
            if not (isinstance(key, str) and key.startswith("x-")):
                yield from _variables(entry, (*place, key))
