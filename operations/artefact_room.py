"""Whether a board has room for an archive, with those that were announced before it."""

from weakref import WeakKeyDictionary

from pyinfra import state
from pyinfra.api import Host
from pyinfra.context import ctx_host

from facts.artefact import ArtefactState

SPARE = 64 * 2**20
"""Bytes that have to be left, for logs and what else a board writes meanwhile."""

_announced: WeakKeyDictionary[Host, dict[tuple[str, str], int]] = WeakKeyDictionary()


def announce(folder: str, *, cache: int = 0, unpacked: int = 0) -> None:
    """Counts what an archive will take for good, while changes are only looked for.

    + cache: bytes where archives are kept
    + unpacked: bytes where they are unpacked
    """
    if not state.is_executing:
        taken = _announced.setdefault(ctx_host.get(), {})
        taken |= {("cache", folder): cache} if cache else {}
        taken |= {("unpacked", folder): unpacked} if unpacked else {}


def lack_of_room(found: ArtefactState, folder: str, cache: int, unpacked: int) -> str | None:
    """What to say where a disk is too small; None where it is not.

    + folder: of the archive
    + cache: bytes that will be put down where archives are kept
    + unpacked: bytes that will be unpacked
    """
    cache += _of_others("cache", folder)
    unpacked += _of_others("unpacked", folder)
    if found["one_disk"]:
        needs = [("its disk", cache + unpacked, found["free_cache"])]
    else:
        needs = [
            ("the disk of /var/cache", cache, found["free_cache"]),
            ("the disk of /opt", unpacked, found["free_unpacked"]),
        ]
    for disk, need, free in needs:
        if need and need + SPARE > free:
            return (
                f"{disk} has {free // 10**6} MB free, and {(need + SPARE) // 10**6} are needed: "
                "make room there (sudo apt-get clean; sudo du -xhd1 / shows what is large), or "
                "take a larger card"
            )
    return None


def _of_others(kind: str, folder: str) -> int:
    if state.is_executing:
        return 0  # the disk says what the others took
    taken = _announced.get(ctx_host.get(), {})
    return sum(size for key, size in taken.items() if key[0] == kind and key[1] != folder)
