"""Files as they should be on a board, and what differs from what was found there."""

import hashlib
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["file", "directory", "link"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One path as it should be. Make it with `file`, `directory` or `link`."""

    path: str
    kind: Kind
    content: bytes = b""
    target: str = ""
    mode: str = ""
    user: str = "root"
    group: str = "root"
    secret: bool = False
    """Never shown in a diff."""

    def to_json(self) -> dict[str, str]:
        """What `pyinfra … --json` shows of it: never a content, which may be a secret."""
        return {"path": self.path, "kind": self.kind, "mode": self.mode}

    def __post_init__(self) -> None:
        """Refuses paths that could mean another place than they say."""
        if not self.path.startswith("/") or posixpath.normpath(self.path) != self.path:
            message = f"{self.path!r} is no absolute, plain path"
            raise ValueError(message)
        if "\0" in self.path or "\n" in self.path:
            message = f"{self.path!r} has a character that no managed path may have"
            raise ValueError(message)


def file(
    path: str,
    content: str | bytes,
    *,
    mode: str = "644",
    user: str = "root",
    group: str = "root",
    secret: bool = False,
) -> Entry:
    """A file with its whole content; `mode` in octal digits as stat prints them."""
    data = content.encode() if isinstance(content, str) else content
    return Entry(path, "file", content=data, mode=mode, user=user, group=group, secret=secret)


def directory(path: str, *, mode: str = "755", user: str = "root", group: str = "root") -> Entry:
    """A directory; what lies in it is not looked at."""
    return Entry(path, "directory", mode=mode, user=user, group=group)


def link(path: str, target: str) -> Entry:
    """A symbolic link."""
    return Entry(path, "link", target=target)


@dataclass(frozen=True, slots=True)
class Difference:
    """One path that is not as it should be."""

    path: str
    reason: str
    """For people: "is not there", "has mode 600, not 644"."""
    entry: Entry | None
    """What it should be; None for a path that should be gone."""
    rewrite: bool
    """Whether the content itself differs; else only mode or owner do."""


Found = Mapping[str, Mapping[str, Any] | None]


def differences(entries: Iterable[Entry], stale: Iterable[str], found: Found) -> list[Difference]:
    """What to change so that all entries are as they should be and the stale paths are gone.

    `found` maps each path to the tree fact's record of it, None where it is absent.
    Raises ValueError for two entries of one path, or a record that is missing.
    """
    wished: dict[str, Entry] = {}
    for entry in entries:
        if entry.path in wished:
            message = f"{entry.path} is wished twice"
            raise ValueError(message)
        wished[entry.path] = entry
    result = [
        difference
        for entry in wished.values()
        if (difference := _difference(entry, found[entry.path])) is not None
    ]
    result += [
        Difference(path, "is no longer wanted", None, rewrite=False)
        for path in stale
        if path not in wished and found[path] is not None
    ]
    return result


def _difference(entry: Entry, found: Mapping[str, Any] | None) -> Difference | None:
    if found is None:
        return Difference(entry.path, "is not there", entry, rewrite=True)
    if found["kind"] != entry.kind:
        reason = f"is a {found['kind']}, not a {entry.kind}"
        return Difference(entry.path, reason, entry, rewrite=True)
    if entry.kind == "link":
        if found["target"] == entry.target:
            return None
        reason = f"points to {found['target']}, not {entry.target}"
        return Difference(entry.path, reason, entry, rewrite=True)
    if entry.kind == "file" and found["sha256"] != hashlib.sha256(entry.content).hexdigest():
        return Difference(entry.path, "has another content", entry, rewrite=True)
    wanted: Sequence[tuple[str, str]] = (
        ("mode", entry.mode),
        ("user", entry.user),
        ("group", entry.group),
    )
    reasons = [f"{key} {found[key]}, not {value}" for key, value in wanted if found[key] != value]
    if reasons:
        return Difference(entry.path, f"has {', '.join(reasons)}", entry, rewrite=False)
    return None
