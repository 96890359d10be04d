"""Files in bulk: all files of a service compared by one fact and put right by one command."""

import base64
import io
import tarfile
from collections.abc import Iterable
from shlex import quote

from pyinfra import host, logger, state
from pyinfra.api import StringCommand, operation
from pyinfra.facts.files import FileContents

from facts.tree import Tree
from operations.difference import show
from operations.failure import Commands, fail
from operations.tree_notes import note_paths
from picluster.plan.tree import Difference, Entry, Found, differences, file

STAGED = ".picluster-new"


@operation()
def files(
    entries: list[Entry], absent: list[str] | None = None, manifest: str | None = None
) -> Commands:
    """
    Keep a list of files, directories and links as given: content, mode and owner.

    + entries: from `picluster.plan.tree`: `file(…)`, `directory(…)`, `link(…)`
    + absent: paths that must not be there
    + manifest: a file on the board that remembers the list; what left it since is removed

    One remote command reads the state of all paths, one puts all differences right. Each file is
    written beside its place and then moved, so that a reader sees the old or the new one.
    Missing parents are made (mode 755). A directory with something in it is never removed, and
    neither a directory nor what stands in the place of a wished one is replaced: the operation
    fails and says so.

    **Example:**

    .. code:: python

        tree.files(
            name="Write the settings",
            entries=[file("/etc/demo.conf", "answer = 42\\n", mode="644")],
            absent=["/etc/demo.old"],
        )
    """
    wished = list(entries)
    try:
        stale = [file(path, "").path for path in absent or []]
        if manifest is not None:
            listed = sorted({entry.path for entry in entries})
            wished.append(file(manifest, "".join(f"{path}\n" for path in listed)))
    except ValueError as error:
        yield fail(str(error))
        return
    found = host.get_fact(Tree, paths=sorted({entry.path for entry in wished} | set(stale)))
    if found is None:
        yield fail()
        return
    try:
        changes = differences(wished, stale, found)
        # One that is as wished remembers nothing but what is wished, and need not be read.
        if manifest is not None and manifest in {change.path for change in changes}:
            left = _left(manifest, found)
            found_left = host.get_fact(Tree, paths=left) if left else {}
            if found_left is None:
                yield fail()
                return
            found = {**found, **found_left}
            changes = differences(wished, [*stale, *left], found)
    except ValueError as error:
        yield fail(str(error))
        return
    if not changes:
        host.noop(f"{len(entries)} paths are as they should be")
        return
    blocked = [f"{change.path} {change.reason}" for change in changes if change.blocked]
    if blocked:
        yield fail(f"{'; '.join(blocked)}: look what it is, and move it away")
        return
    note_paths(changes, found)
    _report(changes)
    yield StringCommand(_script(changes), _stdin=_archive(changes))


def _left(manifest: str, found: Found) -> list[str]:
    """What the manifest remembers, but for paths that were looked at already."""
    remembered = host.get_fact(FileContents, path=manifest) or []
    return sorted({path for path in remembered if path.startswith("/")} - set(found))


def _report(changes: Iterable[Difference]) -> None:
    """Names each path at -v and under --diff, and shows there what would be another in it."""
    for change in changes:
        if state.print_noop_info or state.config.DIFF:
            logger.info(f"{host.print_prefix}{change.path} {change.reason}")
        entry = change.entry
        if state.config.DIFF and entry is not None and entry.kind == "file" and change.rewrite:
            _show_diff(entry)


def _show_diff(entry: Entry) -> None:
    if entry.secret:
        logger.info(f"{host.print_prefix}  (a secret: its content is not shown)")
        return
    present = host.get_fact(FileContents, path=entry.path) or []
    show(entry.path, present, entry.content.decode(errors="replace").splitlines())


def _script(changes: Iterable[Difference]) -> str:
    """The shell script that puts all differences right; new contents come on standard input.

    The manifest is wished last and so written last: when the script is cut off, the old one still
    names all that may have to go.
    """
    changes = list(changes)
    parents = sorted({c.path.rpartition("/")[0] or "/" for c in changes if c.entry is not None})
    lines = ["set -e"]
    for change in changes:
        if change.entry is None:
            path = quote(change.path)
            is_directory = f"[ -d {path} ] && [ ! -L {path} ]"
            lines.append(f"if {is_directory}; then rmdir -- {path}; else rm -f -- {path}; fi")
    if parents:
        lines.append(f"umask 022; mkdir -p -- {' '.join(map(quote, parents))}")
    # -m: a file is as old as its change, by which systemd sees that a unit has another content.
    lines += ["umask 077", "base64 -d | tar -x -m -P -f -"]
    for change in changes:
        if change.entry is not None:
            lines += _put(change.entry, rewrite=change.rewrite)
    return "\n".join(lines)


def _put(entry: Entry, *, rewrite: bool) -> list[str]:
    path = quote(entry.path)
    if entry.kind == "link":
        staged = quote(entry.path + STAGED)
        return [f"ln -sfT -- {quote(entry.target)} {staged}", f"mv -fT -- {staged} {path}"]
    staged = quote(entry.path + STAGED) if entry.kind == "file" and rewrite else path
    lines = [f"mkdir -p -- {path}"] if entry.kind == "directory" and rewrite else []
    lines += [
        f"chown -- {quote(f'{entry.user}:{entry.group}')} {staged}",
        f"chmod -- {quote(entry.mode)} {staged}",
    ]
    return [*lines, f"mv -fT -- {staged} {path}"] if staged != path else lines


def _archive(changes: Iterable[Difference]) -> str:
    """The new contents as a tar archive in base64, each file beside its place."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for change in changes:
            entry = change.entry
            if entry is not None and entry.kind == "file" and change.rewrite:
                member = tarfile.TarInfo(entry.path + STAGED)
                member.size, member.mode = len(entry.content), 0o600
                archive.addfile(member, io.BytesIO(entry.content))
    return base64.encodebytes(buffer.getvalue()).decode()
