"""Archives of the controller's on a board: their files, what is unpacked of them, their server."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import TypedDict

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.arguments import RefusedArgumentError, refusal
from facts.service import Services, ServiceState, parse_services
from facts.tree import Entry, Tree, parse_tree
from picluster.artefacts import places

LISTING = (
    r"""listing() { (cd "$1" && find . -mindepth 1 ! -path ./"""
    + places.STAMP
    + r""" \( -type d -printf '%P %y %m %U:%G\n' -o -printf '%P %y %s %m %U:%G\n' \) |
  sort | sha256sum | cut -c -64); }
"""
)
"""Shell function `listing FOLDER`: a digest of the names, sizes, modes and owners in it.

It costs no reading of the files; times do not count, which a board without a clock has wrong.
"""

IN_USE = r"""in_use() {
  printf '%s/' "$1" | grep -qsaF -f - /proc/[0-9]*/cmdline ||
    find /proc/[0-9]*/fd -lname "$1/*" 2>/dev/null | grep -q .
}
"""
"""Shell function `in_use FOLDER`: whether a process names a path in it, or has a file of it open.

A container of YARN's has its class path in no command line. What is looked for comes on standard
input, so that it stands in no command line itself.
"""


def _braced(function: str) -> str:
    return function.replace("{", "{{").replace("}", "}}")


_COMMAND = (
    r"""export LC_ALL=C
offered={offered} notes={notes} arriving={arriving} incoming={incoming} unpacked={unpacked}
stamp={stamp}
"""
    + _braced(LISTING)
    + _braced(IN_USE)
    + r"""
of_archive() {{
  folder=$1 name=${{1%%-*}}
  tree="$unpacked/$folder" link="$unpacked/$name" archive="$offered/$folder.tar"
  echo "archive=$folder"
  archive_sum= archive_noted=0
  if [ -f "$archive" ]; then
    read -r noted look 2>/dev/null <"$notes/$folder" || noted= look=
    if [ -n "$look" ] && [ "$look" = "$(stat -c '%s %i %.9Z' "$archive")" ]; then
      archive_sum=$noted archive_noted=1
    else archive_sum=$(sha256sum <"$archive" | cut -c -64); fi
  fi
  echo "archive_sum=$archive_sum"
  echo "archive_noted=$archive_noted"
  for file in "$offered"/"$name"-*.tar "$notes"/"$name"-* "$arriving"/"$name"-*; do
    case "$file" in "$archive" | "$notes/$folder" | *'*'*) ;; *) echo "archive_old=$file" ;; esac
  done
  tree_stamp= tree_listing=
  if [ -f "$tree/$stamp" ]; then
    tree_stamp=$(head -c 200 "$tree/$stamp" | tr -dc '0-9a-f ') tree_listing=$(listing "$tree")
  fi
  echo "tree_stamp=$tree_stamp"
  echo "tree_listing=$tree_listing"
  set --
  for other in "$unpacked/$name"-*/"$stamp"; do
    if [ -f "$other" ] && [ "$other" != "$tree/$stamp" ]; then set -- "$@" "${{other%/*}}"; fi
  done
  for other do
    used=0
    if [ $# -gt 1 ] && in_use "$other"; then used=1; fi
    echo "version=$(stat -c %Y "$other/$stamp") $used $other"
  done
  link_kind=absent link_target=
  if [ -L "$link" ]; then link_kind=link link_target=$(readlink "$link" | tr -dc '[:print:]')
  elif [ -e "$link" ]; then link_kind=other; fi
  echo "link_kind=$link_kind"
  echo "link_target=$link_target"
  for path in "$unpacked"/."$name"-*.new "$unpacked"/."$name"-*.old "$incoming"/"$name"-*; do
    if [ -e "$path" ]; then echo "leftover=$path"; fi
  done
}}
for path in "$offered" "$notes" "$arriving"; do
  if [ -e "$path" ]; then echo "folder=$path"; fi
done
for path in "$offered"/*; do
  if [ -e "$path" ]; then echo "file=${{path##*/}}"; fi
done
free() {{
  place=$1
  while [ ! -d "$place" ]; do place=${{place%/*}}; place=${{place:-/}}; done
  df -P -B 1 "$place" | awk -v key="$2" 'NR == 2 {{ printf "%s=%.0f\n", key, $4 }}'
  echo "$2_device=$(stat -c %d "$place")"
}}
free "$offered" free_cache
free "$unpacked" free_unpacked
({services}
)
({server_files}
)
for wished in {folders}; do of_archive "$wished"; done
"""
)


@dataclass(frozen=True, slots=True)
class Offered:
    """The archive's file, on the board of the server."""

    sum: str | None
    """SHA-256 of what is there; None where nothing is."""
    noted: bool
    """Whether the sum was read from a note that still fits the file; else the file was read."""
    old: tuple[str, ...]
    """Files of its other versions, notes on them, and what a transfer that was cut off has left."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The folder, beside others of the same name."""

    whole: bool
    """It is there, is of the wished archive, and no file of it is missing or of another size."""
    others: tuple[str, ...]
    """Folders of other versions that are ours, the newest first."""
    superfluous: tuple[str, ...]
    """Of these, all but the newest, and none that a process uses."""
    link: str | None
    """What the link without a version points to; None where there is none."""
    in_the_way: bool
    """In the link's place stands something else."""
    leftovers: tuple[str, ...]
    """What a run that was cut off has left."""


class ArtefactState(TypedDict):
    """An archive on a board, and what it shares with other archives there."""

    offered: Offered
    unpacked: Unpacked
    free_cache: int
    """Bytes, where archives are put down."""
    free_unpacked: int
    """Bytes, where they are unpacked."""
    one_disk: bool
    """Both are the same."""
    folders: tuple[str, ...]
    """Those that belong to the offering of archives, where they are there."""
    files: tuple[str, ...]
    """Names of what the server shows, of this archive and of others."""
    server: ServiceState
    server_files: dict[str, Entry | None]


_ARCHIVE = "archive="


def parse_artefacts(sums: Mapping[str, str], output: list[str]) -> dict[str, ArtefactState]:
    """The board's answer as data, by folder; raises FactProcessError where it makes no sense.

    + sums: SHA-256 of each archive's content by its folder
    """
    starts = [number for number, line in enumerate(output) if line.startswith(_ARCHIVE)]
    shared = output[: starts[0]] if starts else output
    parts = {
        output[start].removeprefix(_ARCHIVE).strip(): output[start:end]
        for start, end in pairwise([*starts, len(output)])
    }
    answer = Answer(shared)
    return {
        folder: ArtefactState(
            offered=_parse_offered(own),
            unpacked=_parse_unpacked(sum_, own),
            free_cache=answer.number("free_cache") or 0,
            free_unpacked=answer.number("free_unpacked") or 0,
            one_disk=answer.required("free_cache_device")
            == answer.required("free_unpacked_device"),
            folders=tuple(answer.all("folder")),
            files=tuple(answer.all("file")),
            server=parse_services([places.SERVER], [], shared)["units"][places.SERVER],
            server_files=parse_tree(list(places.SERVER_PATHS), shared),
        )
        for folder, sum_ in sums.items()
        for own in [Answer(parts.get(folder, []))]
    }


def _parse_offered(own: Answer) -> Offered:
    found_sum = own.text("archive_sum")
    noted = own.flag("archive_noted")
    return Offered(found_sum, noted, tuple(own.all("archive_old")))


def _parse_unpacked(sha256: str, own: Answer) -> Unpacked:
    versions = [
        re.fullmatch("([0-9]+) ([01]) (/.+)", line, re.ASCII) for line in own.all("version")
    ]
    known = [(int(match[1]), match[2] == "1", match[3]) for match in versions if match]
    if len(known) != len(versions):
        raise FactProcessError(f"stat answered in an unknown form: {own.all('version')}")
    newest_first = sorted(known, key=lambda version: version[0], reverse=True)
    return Unpacked(
        whole=own.text("tree_stamp") == f"{sha256} {own.text('tree_listing')}",
        others=tuple(path for _, _, path in newest_first),
        superfluous=tuple(path for _, used, path in newest_first[1:] if not used),
        link=own.text("link_target"),
        in_the_way=own.required("link_kind") == "other",
        leftovers=tuple(own.all("leftover")),
    )


class Artefact(FactBase[dict[str, ArtefactState] | None]):
    """
    Returns what a board has of archives, by folder. ``None`` only where the fact failed.

    + archives: SHA-256 of each one's content by what its folder is called, such as
      ``hadoop-3.5.0-0123456789ab``; its link is called ``hadoop`` then
    """

    _sums: Mapping[str, str] = MappingProxyType({})

    @override
    def command(self, archives: dict[str, str]) -> str:
        try:
            self._sums = _checked(archives)
        except RefusedArgumentError as error:
            return refusal(error)
        return _COMMAND.format(
            offered=places.OFFERED,
            notes=places.NOTES,
            unpacked=places.UNPACKED,
            stamp=places.STAMP,
            incoming=places.INCOMING,
            arriving=places.ARRIVING,
            services=Services().command(units=[places.SERVER]),
            server_files=Tree().command(paths=list(places.SERVER_PATHS)),
            folders=" ".join(self._sums),
        )

    @override
    def process(self, output: list[str]) -> dict[str, ArtefactState]:
        return parse_artefacts(self._sums, output)


def _checked(archives: object) -> dict[str, str]:
    """Names that a shell takes as they are. Raises RefusedArgumentError."""
    if not isinstance(archives, dict) or not archives:
        raise RefusedArgumentError(f"{archives!r} belongs to no archive")
    for text, pattern in (
        *((folder, r"[a-z][a-z0-9]*-[A-Za-z0-9.]+-[0-9a-f]{12}") for folder in archives),
        *((sum_, "[0-9a-f]{64}") for sum_ in archives.values()),
    ):
        if not isinstance(text, str) or not re.fullmatch(pattern, text, re.ASCII):
            raise RefusedArgumentError(f"{text!r} belongs to no archive")
    return archives
