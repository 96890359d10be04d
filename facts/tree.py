"""Files, directories and links: the state of many paths in one command."""

import base64
import binascii
import re
import shlex
import stat
from typing import Literal, TypedDict

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.arguments import RefusedArgumentError, checked_names, refusal

_MAX_COMMAND = 100_000
"""Bytes. Linux takes 128 KiB in one argument, and sudo's and sshd's quoting adds to it."""

# A path never appears in the answer, only its number: so no name needs parsing. The loop uses the
# shell's built-in tests alone; then one process serves all paths (on a Pi 3, starting one for each
# would take over a second for 200 files). `eval` sees nothing but "${1}" "${2}" … .
# A path that the test does not find may be hidden by a directory that must not be searched: the
# message of `stat` says which it is, "No such file or directory" or another.
_COMMAND = r"""export LC_ALL=C
set -- {paths}
number=0 found= absent= files= links= found_paths= absent_paths= file_paths= link_paths= closed=
for path do
  number=$((number + 1)) this="\"\${{$number}}\""
  if [ -L "$path" ]; then links="$links $number" link_paths="$link_paths $this"
  elif [ -f "$path" ]; then
    if [ -r "$path" ]; then files="$files $number" file_paths="$file_paths $this"
    else closed="$closed $number"; fi
  elif [ ! -e "$path" ]; then
    absent="$absent $number" absent_paths="$absent_paths $this"
    continue
  fi
  found="$found $number" found_paths="$found_paths $this"
done
echo "found=$found"
if [ -n "$found" ]; then eval "stat -c 'stat=%f %u %U %g %G' -- $found_paths" 2>/dev/null; fi
echo "absent=$absent"
if [ -n "$absent" ]; then
  eval "stat -c 'appeared' -- $absent_paths" 2>&1 | sed 's/.*: /why=/'
fi
echo "files=$files"
if [ -n "$files" ]; then
  eval "sha256sum -- $file_paths" 2>/dev/null | sed 's/^\\*\([0-9a-f]*\).*/sha256=\1/'
fi
echo "links=$links"
if [ -n "$links" ]; then
  printf 'targets=%s\n' "$(eval "readlink -z -- $link_paths" 2>/dev/null | base64 -w0)"
else echo targets=; fi
echo "closed=$closed"
"""

_PROOFS_OF_ABSENCE = ("why=No such file or directory", "why=Not a directory")

Kind = Literal["file", "directory", "link", "other"]


class Entry(TypedDict):
    """What stands at a path; a link itself, not what it points to."""

    kind: Kind
    mode: str
    """Octal, without leading zeros: 644, 1777."""
    user: str
    group: str
    """A name, or the number where it has none."""
    sha256: str | None
    """Of a file's content."""
    target: str | None
    """Of a link, as written in it."""


def parse_tree(paths: list[str], output: list[str]) -> dict[str, Entry | None]:
    """The state of each path, None where it is proven to be absent.

    Raises FactProcessError naming a path that is there and cannot be read, or that an unsearchable
    directory hides: unreadable is not absent.
    """
    answer = Answer(output)
    _refuse_hidden(paths, answer)
    entries: dict[str, Entry | None] = dict.fromkeys(paths)
    hashes = dict(_pairs(answer, "files", answer.all("sha256")))
    targets = dict(_pairs(answer, "links", _targets(answer)))
    for number, line in _pairs(answer, "found", answer.all("stat")):
        entries[_path(paths, number)] = _entry(line, hashes.get(number), targets.get(number))
    numbers = [*_numbers(answer, "found"), *_numbers(answer, "absent")]
    if sorted(numbers) != list(range(1, len(paths) + 1)):
        raise FactProcessError(f"the board told of {len(numbers)} paths, asked for {len(paths)}")
    return entries


def _refuse_hidden(paths: list[str], answer: Answer) -> None:
    hidden = {_path(paths, number): "Permission denied" for number in _numbers(answer, "closed")}
    for number, reason in _pairs(answer, "absent", answer.all("why")):
        if f"why={reason}" not in _PROOFS_OF_ABSENCE:
            hidden[_path(paths, number)] = reason
    if hidden:
        named = ", ".join(f"{path!r} ({reason})" for path, reason in hidden.items())
        raise FactProcessError(f"whether it is there or what it holds cannot be read: {named}")


def _pairs(answer: Answer, key: str, values: list[str]) -> list[tuple[int, str]]:
    """Numbers of paths with their values, which the board's tools print in the same order."""
    numbers = _numbers(answer, key)
    if len(numbers) != len(values):
        raise FactProcessError(
            f"{len(values)} answers came for {len(numbers)} paths ({key}): "
            "something changed there meanwhile, or could not be read; run it again"
        )
    return list(zip(numbers, values, strict=True))


def _numbers(answer: Answer, key: str) -> list[int]:
    words = (answer.text(key) or "").split()
    if not all(re.fullmatch("[0-9]+", word, re.ASCII) for word in words):
        raise FactProcessError(f"{key!r} holds {words!r}, not the numbers of paths")
    return [int(word) for word in words]


def _path(paths: list[str], number: int) -> str:
    if not 1 <= number <= len(paths):
        raise FactProcessError(f"the board told of path {number} of {len(paths)}")
    return paths[number - 1]


def _targets(answer: Answer) -> list[str]:
    try:
        names = base64.b64decode(answer.text("targets") or "", validate=True)
    except binascii.Error:
        raise FactProcessError("the targets of the links arrived damaged") from None
    return [name.decode(errors="replace") for name in names.split(b"\0")[:-1]]


def _entry(line: str, sha256: str | None, target: str | None) -> Entry:
    match = re.fullmatch(r"([0-9a-f]+) ([0-9]+) (.+) ([0-9]+) (.+)", line, re.ASCII)
    if match is None or (sha256 is not None and not re.fullmatch("[0-9a-f]{64}", sha256)):
        raise FactProcessError(f"stat or sha256sum answered in an unknown form: {line!r}, {sha256}")
    mode = int(match[1], 16)
    return Entry(
        kind=_kind(mode),
        mode=f"{stat.S_IMODE(mode):o}",
        user=match[2] if match[3] == "UNKNOWN" else match[3],
        group=match[4] if match[5] == "UNKNOWN" else match[5],
        sha256=sha256,
        target=target,
    )


def _kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "directory"
    return "link" if stat.S_ISLNK(mode) else "other"


class Tree(FactBase[dict[str, Entry | None] | None]):
    """
    Returns, for each path, kind, mode, owner, SHA-256 and target, or ``None`` where it is proven
    to be absent. ``None`` as a whole only where the fact failed, and the host with it.

    + paths: absolute paths, any characters but NUL; over a thousand of usual length fit
    """

    _paths: tuple[str, ...] = ()

    @override
    def command(self, paths: list[str] | None = None) -> str:
        if paths is None:
            return refusal(RefusedArgumentError("name the paths, such as paths=/etc/hosts"))
        try:
            self._paths = tuple(checked_names(paths, r"/[^\0]*", "absolute path"))
        except RefusedArgumentError as error:
            return refusal(error)
        command = _COMMAND.format(paths=" ".join(map(shlex.quote, self._paths)))
        length = len(shlex.quote(command).encode())
        if length > _MAX_COMMAND:
            return refusal(
                RefusedArgumentError(
                    f"{len(self._paths)} paths make a command of {length} bytes, more than the "
                    f"{_MAX_COMMAND} that surely pass: ask for them in two facts"
                )
            )
        return command

    @override
    def process(self, output: list[str]) -> dict[str, Entry | None]:
        return parse_tree(list(self._paths), output)
