"""Shell scripts that put archives in place: each can be cut off anywhere and be run again."""

from shlex import quote

from pyinfra.api import StringCommand

from facts.artefact import IN_USE, LISTING
from picluster.artefacts import Archive, places

# Two runs at once: the second waits, and finds the work done.
_BEGIN = """set -eu
export LC_ALL=C
umask 022
say() { echo "$*" >&2; exit 1; }
sum_of() { sha256sum <"$1" | cut -c -64; }
exec 9>/run/lock/picluster-artefacts
flock -w 600 9 || say "another run has been working on archives of this board for ten minutes"
"""

_WITHDRAW = """rm -rf "$offered/$name"-*.tar "$notes/$name"-* "$arriving/$name"-*
"""

_NOTE = """mkdir -p "$notes"
echo "$sum $(stat -c '%s %i %.9Z' "$archive")" >"$notes/.new"
mv -f "$notes/.new" "$notes/$folder"
for file in "$offered/$name"-*.tar "$notes/$name"-*; do
  case "$file" in "$archive" | "$notes/$folder") ;; *) rm -f -- "$file" ;; esac
done
rm -rf "$arriving"
"""

_ACCEPT = """arrived="$arriving/$folder.tar"
came=$(sum_of "$arrived")
if [ "$came" != "$sum" ]; then
  rm -rf "$arriving"
  say "what came here from the controller has the SHA-256 $came, and $sum is pinned: it was \
damaged on its way or by this board's disk. It is removed; run again"
fi
chown root:root "$arrived"
chmod 644 "$arrived"
sync "$arrived"
mkdir -p "$offered"
mv -fT "$arrived" "$archive"
"""

_FETCH = """file="$incoming/$folder.tar"
  mkdir -p -m 700 "$incoming"
  find "$incoming" -mindepth 1 -name "$name-*" ! -name "$folder.tar" -delete
  if ! said=$(rsync --append-verify --timeout=60 --contimeout=20 "$source/$folder.tar" "$file" \
2>&1); then
    say "$source/$folder.tar was not fetched ($(echo "$said" | head -n 1)): is the board of that \
address on, and part of this run? What came is kept; run again"
  fi
"""

# Where another sum came, rsync tells whose fault it is: it compares the server's file with ours.
_CHECK = """found=$(sum_of "$file")
if [ "$found" != "$sum" ]; then
  where="$archive on this board"
  if [ "$file" != "$archive" ]; then
    differs=$(rsync --dry-run --checksum --itemize-changes --contimeout=20 "$source/$folder.tar" \
"$file" 2>&1) || differs=unknown
    rm -f "$file"
    rmdir --ignore-fail-on-non-empty "$incoming"
    if [ -n "$differs" ]; then
      say "what came here from $source has the SHA-256 $found, and $sum is pinned: it was damaged \
on its way or by this board's disk. It is removed, and nothing was unpacked; run again"
    fi
    where="$archive on the board of $source"
  fi
  say "$where is damaged: its SHA-256 is $found, and $sum is pinned. Nothing was unpacked. Remove \
it there (sudo rm $archive), and run again with that board: it is sent anew"
fi
"""

# What is there under its name is whole: it gets the name last, when the disk has it all.
_UNPACK = """rm -rf "$unpacked/.$name"-*.new "$unpacked/.$name"-*.old
staged="$unpacked/.$folder.new"
mkdir "$staged"
tar -x --no-same-owner -C "$staged" -f "$file"
echo "$sum $(listing "$staged")" >"$staged/$stamp"
sync -f "$staged"
if [ -e "$tree" ]; then mv -T "$tree" "$unpacked/.$folder.old"; fi
mv -T "$staged" "$tree"
"""

_LINK = """ln -sfT "$folder" "$unpacked/.$name.new"
mv -fT "$unpacked/.$name.new" "$unpacked/$name"
"""

_TIDY = """ls -1dt "$unpacked/$name"-*/"$stamp" | grep -vxF "$tree/$stamp" | tail -n +2 |
while read -r old; do
  if ! in_use "${old%/*}"; then rm -rf "${old%/*}"; fi
done
rm -rf "$incoming/$name"-* "$unpacked/.$name"-*.new "$unpacked/.$name"-*.old
if [ -d "$incoming" ]; then rmdir --ignore-fail-on-non-empty "$incoming"; fi
"""


def accept(archive: Archive) -> StringCommand:
    """Takes what the controller has sent where it is right, and removes what was offered before."""
    return _command(archive, _ACCEPT + _NOTE)


def note(archive: Archive) -> StringCommand:
    """Writes down that what is offered was found to be right, and removes all else."""
    return _command(archive, _NOTE)


def withdraw(archive: Archive) -> StringCommand:
    """Removes what is offered of an archive, of all its versions; other archives stay."""
    return _command(archive, _WITHDRAW)


def install(archive: Archive, source: str, *, unpack: bool) -> StringCommand:
    """Fetches and unpacks the archive where that is to be done, sets the link, and tidies up.

    + source: of the server, as `picluster.artefacts.places.source` makes it
    """
    whole = '[ -f "$tree/$stamp" ] && [ "$(cat "$tree/$stamp")" = "$sum $(listing "$tree")" ]'
    get = f'file="$archive"\nif [ ! -f "$file" ]; then\n  {_FETCH}fi\n{_CHECK}{_UNPACK}'
    steps = f"if ! {{ {whole}; }}; then\n{get}fi\n" if unpack else ""
    return _command(archive, LISTING + IN_USE + steps + _LINK + _TIDY, source)


def _command(archive: Archive, script: str, source: str = "") -> StringCommand:
    values = {
        "name": archive.name,
        "folder": archive.folder_name,
        "sum": archive.sha256,
        "archive": f"{places.OFFERED}/{archive.file_name}",
        "arriving": places.ARRIVING,
        "incoming": places.INCOMING,
        "notes": places.NOTES,
        "offered": places.OFFERED,
        "unpacked": places.UNPACKED,
        "tree": f"{places.UNPACKED}/{archive.folder_name}",
        "stamp": places.STAMP,
        "source": source,
    }
    settings = "".join(f"{name}={quote(value)}\n" for name, value in values.items())
    return StringCommand(settings + _BEGIN + script)
