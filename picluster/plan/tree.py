"""Files as they should be on a board, and what differs from what was found there."""

import hashlib
import posixpath
import re
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
        """Refuses paths that could mean another place than they say, and what never comes true."""
        # normpath keeps two slashes at the beginning.
        if not re.match("/(?!/)", self.path) or posixpath.normpath(self.path) != self.path:
            message = f"{self.path!r} is no absolute, plain path"
            raise ValueError(message)
        if not self.path.isprintable() or self.path != self.path.strip():
            message = f"{self.path!r} has a character that no managed path may have"
            raise ValueError(message)
        if self.kind == "link":
            if not self.target or "\0" in self.target:
                message = f"{self.path}: a link cannot lead to {self.target!r}"
                raise ValueError(message)
            return
        if not re.fullmatch("[1-7][0-7]{0,3}", self.mode, re.ASCII):
            message = f"{self.path}: mode {self.mode!r} is not as stat prints it, such as 644"
            raise ValueError(message)
        for name in (self.user, self.group):
            # A numeric name would never be equal to the name that stat prints.
            if not re.fullmatch("[A-Za-z_][A-Za-z0-9_.-]*[$]?", name, re.ASCII):
                message = f"{self.path}: {name!r} is no name of a user or group"
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
    blocked: bool = False
    """Whether something stands there that is never replaced: a directory, or in a directory's
    place anything else. The owner may have put a link there to another disk."""


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
    in_use = {parent for path in wished for parent in _parents(path)}
    # What lies in a directory goes before it.
    for path in sorted(set(stale) - set(wished), reverse=True):
        record = found[path]
        if record is not None and not (record["kind"] == "directory" and path in in_use):
            result.append(Difference(path, "is no longer wanted", None, rewrite=False))
    return result


def _parents(path: str) -> Iterable[str]:
    while path != "/":
        path = posixpath.dirname(path)
        yield path


def _difference(entry: Entry, found: Mapping[str, Any] | None) -> Difference | None:
    if found is None:
        return Difference(entry.path, "is not there", entry, rewrite=True)
    if found["kind"] != entry.kind:
        kind = "device or socket" if found["kind"] == "other" else found["kind"]
        reason = f"is a {kind}, not a {entry.kind}"
        blocked = "directory" in (found["kind"], entry.kind)
        return Difference(entry.path, reason, entry, rewrite=True, blocked=blocked)
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
