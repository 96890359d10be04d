"""Archives on boards, compared with what is pinned: each file, past the facts and their stamps."""

import hashlib
import tarfile
from functools import cache

from docker.models.containers import Container

from picluster.artefacts import HADOOP, SPARK, Archive
from picluster.lab import machine
from tests.lab import deploying, seen

STORE = deploying.ROOT / ".picluster" / "artefacts"
STAMP = ".picluster-whole"

# What is named with a dot first is not there yet, for whoever looks for programs. It may go while
# it is looked at: of a run that was killed a command may be at work still.
_TREES = """if cd /opt 2>/dev/null; then exec 2>/dev/null
find . -mindepth 1 -path './.*' -prune -o -type f -print0 | xargs -0r sha256sum
for link in *; do if [ -L "$link" ]; then echo "link $link $(readlink -f "$link")"; fi; done; fi"""

_OFFERED = "cd /var/cache/picluster/artefacts 2>/dev/null && find . -type f -exec sha256sum {} +"


@cache
def files_of(archive: Archive) -> dict[str, str]:
    """Path to SHA-256 of all that the pinned archive holds, from this computer's copy of it."""
    path = STORE / archive.file_name
    with path.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == archive.sha256
    found = {}
    with tarfile.open(path) as tar:
        for member in tar:
            content = tar.extractfile(member)
            assert content is not None, "an archive holds files alone"
            digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
            found[member.name.removeprefix("./")] = digest
    return found


def are_whole_or_absent(board: Container) -> None:
    """Each folder under its name in /opt is what was pinned, to the last file; so is what the
    board offers to others.
    """
    archives = {archive.folder_name: archive for archive in (HADOOP, *SPARK.values())}
    name = machine.board_of(board).name
    trees: dict[str, dict[str, str]] = {}
    links: set[str] = set()
    for line in seen.told(board, _TREES).splitlines():
        if line.startswith("link "):
            links.add(line.rpartition("/")[2])
            continue
        digest, _, path = line.partition("  ")
        folder, _, file = path.removeprefix("./").partition("/")
        trees.setdefault(folder, {})[file] = digest
    assert links <= trees.keys(), f"{name}: a link leads to nothing: {links - trees.keys()}"
    for folder, files in trees.items():
        assert folder in archives, f"{name}: /opt/{folder}"
        files.pop(STAMP, None)
        assert files == files_of(archives[folder]), f"{name}: /opt/{folder} is not what was pinned"
    pinned = {archive.file_name: archive.sha256 for archive in archives.values()}
    for line in seen.told(board, _OFFERED).splitlines():
        digest, _, path = line.partition("  ")
        assert pinned.get(path.removeprefix("./")) == digest, f"{name}: {path} is offered"
