"""What a board says of an archive, asked once until an operation changes something there.

pyinfra caches no fact, and two operations in a row ask the same.
"""

from weakref import WeakKeyDictionary

from pyinfra import state
from pyinfra.api import Host
from pyinfra.context import ctx_host

from facts.artefact import Artefact, ArtefactState
from picluster.artefacts import Archive

SPARE = 64 * 2**20
"""Bytes that have to be left, for logs and what else a board writes meanwhile."""

_answers: WeakKeyDictionary[Host, dict[tuple[bool, str], ArtefactState]] = WeakKeyDictionary()


def artefact(archive: Archive) -> ArtefactState | None:
    """What this operation's host has of it; None where the fact failed, and the host with it."""
    host = ctx_host.get()
    answers = _answers.setdefault(host, {})
    # What was found while changes were only looked for is old when they are made.
    key = (state.is_executing, archive.sha256)
    if key not in answers:
        answer = host.get_fact(
            Artefact, link=archive.name, folder=archive.folder_name, sha256=archive.sha256
        )
        if answer is None:
            return None
        answers[key] = answer
    return answers[key]


def forget() -> None:
    """To be called before this operation's host is changed."""
    _answers.pop(ctx_host.get(), None)


def lack_of_room(found: ArtefactState, cache: int, unpacked: int) -> str | None:
    """What to say where a disk is too small; None where it is not.

    + cache: bytes that will be put down where archives are kept
    + unpacked: bytes that will be unpacked
    """
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
