"""What differs at a path, in words for an owner; of a text file its first line that differs."""

from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any

from pyinfra import host

from facts.beginnings import MAX_BYTES, Beginnings
from operations.difference import is_noting, note
from picluster.plan.drift import windows
from picluster.plan.tree import Difference, Entry, Found


def note_paths(changes: Iterable[Difference], found: Found) -> None:
    """Notes each path that is not as wished.

    + found: the tree fact's record of each path
    """
    if not is_noting():
        return
    changes = list(changes)
    beginnings = _beginnings(changes, found)
    for change in changes:
        note(change.path, *_words(change, found[change.path], beginnings.get(change.path)))


def _beginnings(changes: Iterable[Difference], found: Found) -> dict[str, bytes]:
    """How the files begin on the board whose text differs, but nothing of secrets."""
    paths = [
        change.path
        for change in changes
        if change.entry is not None and change.entry.kind == "file" and not change.entry.secret
        if change.rewrite and (found[change.path] or {}).get("kind") == "file"
    ]
    if not paths:
        return {}
    beginnings = host.get_fact(Beginnings, paths=paths)
    return {} if beginnings is None else dict(zip(paths, beginnings, strict=True))


def _words(
    change: Difference, found: Mapping[str, Any] | None, beginning: bytes | None
) -> tuple[str, str]:
    """What was found at the path, and what is wanted there."""
    entry = change.entry
    if entry is None:
        return "there", "gone: it is no longer wished"
    if found is None:
        return "not there", _whole(entry)
    if found["kind"] != entry.kind:
        return f"a {found['kind']}", _whole(entry)
    if entry.kind == "link":
        return f"leads to {found['target']}", f"leads to {entry.target}"
    if change.rewrite:
        return _contents(entry, beginning)
    wished = {"mode": entry.mode, "user": entry.user, "group": entry.group}
    others = [key for key, value in wished.items() if found[key] != value]
    return (
        ", ".join(f"{key} {found[key]}" for key in others),
        ", ".join(f"{key} {wished[key]}" for key in others),
    )


def _whole(entry: Entry) -> str:
    if entry.kind == "link":
        return f"a link to {entry.target}"
    return f"a {entry.kind}, mode {entry.mode}, {entry.user}:{entry.group}"


def _contents(entry: Entry, beginning: bytes | None) -> tuple[str, str]:
    """The first line that differs, where both are texts and it lies in what was read."""
    if beginning is not None and b"\0" not in beginning + entry.content:
        # Of a line that was cut off in its middle, nobody can say that it differs.
        end = -1 if len(beginning) == MAX_BYTES else None
        present = beginning.decode(errors="replace").splitlines()[:end]
        wished = entry.content.decode(errors="replace").splitlines()
        wished = wished[: len(present)] if end else wished
        for number, (old, new) in enumerate(zip_longest(present, wished), start=1):
            if old != new:
                if old is not None and new is not None:
                    if old.split() == new.split():
                        return f"other content; line {number}: other blanks", _line(number, new)
                    old, new = windows(" ".join(old.split()), " ".join(new.split()))
                return f"other content; {_line(number, old)}", _line(number, new)
    return "other content", "the planned content"


def _line(number: int, text: str | None) -> str:
    return f"no line {number}" if text is None else f"line {number}: {text.strip() or 'empty'}"
