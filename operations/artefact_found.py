"""What a board says of archives, asked once until an operation changes something there.

pyinfra caches no fact, and several operations in a row ask the same. One command asks for all
archives that the host is known to be asked about.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from pyinfra import state
from pyinfra.api import Host
from pyinfra.context import ctx_host

from facts.artefact import Artefact, ArtefactState
from picluster.artefacts import Archive


@dataclass
class _Known:
    """Of one host."""

    asked: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each archive that it is asked about, by folder."""
    answers: dict[str, ArtefactState] = field(default_factory=dict)
    executing: bool = False
    """Whether the answers are from when changes are made."""
    promised: str | None = None
    """What an operation before has announced for the server."""


_hosts: WeakKeyDictionary[Host, _Known] = WeakKeyDictionary()


def expect(archives: Iterable[Archive]) -> None:
    """Says which archives this host will be asked about, so that the first question is for all."""
    _of_host().asked.update({archive.folder_name: archive.sha256 for archive in archives})


def artefact(archive: Archive) -> ArtefactState | None:
    """What this operation's host has of it; None where the fact failed, and the host with it."""
    known = _of_host()
    known.asked[archive.folder_name] = archive.sha256
    if archive.folder_name not in known.answers:
        answers = ctx_host.get().get_fact(Artefact, archives=dict(known.asked))
        if answers is None:
            return None
        known.answers = answers
    return known.answers[archive.folder_name]


def forget() -> None:
    """To be called before this operation's host is changed."""
    _of_host().answers = {}


def promise(server: str) -> None:
    """Notes what this operation makes of the server of archives: a digest, or that it goes."""
    _of_host().promised = server


def promised(server: str) -> bool:
    """Whether an operation before has announced just this.

    The server is one, and the first of the operations that share it sees to it: were it announced
    by all, more would be announced than is done.
    """
    return not state.is_executing and _of_host().promised == server


def _of_host() -> _Known:
    known = _hosts.setdefault(ctx_host.get(), _Known())
    # What was found while changes were only looked for is old when they are made.
    if known.executing != state.is_executing:
        known.answers, known.executing, known.promised = {}, state.is_executing, None
    return known
