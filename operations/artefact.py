"""Archives of the controller's: offered by one board, unpacked by all that need them.

`offer` first, then `install`; each is to be called on every host, for each archive. Both need
PACKAGES there. `expect` tells which archives will come, which saves questions.
"""

import re

from pyinfra import host
from pyinfra.api import FunctionCommand, operation

from facts.artefact import ArtefactState
from operations import artefact_scripts, service, tree
from operations.artefact_changes import send
from operations.artefact_found import artefact, expect, forget, promise, promised
from operations.artefact_notes import note_install, note_offer, note_server
from operations.artefact_room import announce, lack_of_room
from operations.difference import note
from operations.failure import Commands, fail
from operations.values import texts
from picluster.artefacts import Archive, places, server
from picluster.plan.tree import Entry, differences

__all__ = ["PACKAGES", "expect", "install", "offer"]

_GONE = "gone"
"""Promised of a server that goes."""

PACKAGES = ["bash", "rsync"]
"""Of Debian, on every board that offers or installs."""


@operation()
def offer(
    archive: Archive, store: str, address: str, allowed: list[str], present: bool = True
) -> Commands:
    """
    Have an archive on the board from which the others take it, and its server run.

    + archive: from `picluster.artefacts`
    + store: folder on the controller; the archive is made there when it is needed and missing
    + address: of this host; the server listens at no other
    + allowed: addresses that may fetch
    + present: whether this host offers it; where not, its versions go, and with the last archive
      the server

    Several archives may be offered from one host, with the same address and the same allowed.
    The controller sends an archive once. Its SHA-256 is checked before it is sent and when it
    came; a file on the board that is not as pinned any more is replaced.

    **Example:**

    .. code:: python

        artefact.offer(
            name="Offer Hadoop",
            archive=HADOOP,
            store=".picluster/artefacts",
            address="192.0.2.11",
            allowed=["192.0.2.11", "192.0.2.12"],
        )
    """
    try:
        entries = server.files(address, texts("allowed", allowed))
        _checked(archive, store)
    except ValueError as error:
        yield fail(str(error))
        return
    found = artefact(archive)
    if found is None:
        yield fail()
        return
    if not present:
        yield from _withdraw(archive, found)
        return
    offered = found["offered"]
    missing = offered.sum != archive.sha256
    served = promised(server.digest(entries)) or _serves(found, entries)
    if served and not missing and offered.noted and not offered.old:
        host.noop(f"{archive.file_name} is offered")
        return
    if missing:
        unpacked = 0 if found["unpacked"].whole else archive.size
        lack = lack_of_room(found, archive.folder_name, archive.size, unpacked)
        if lack is not None:
            yield fail(f"{archive.file_name} was not sent: {lack}")
            return
        announce(archive.folder_name, cache=archive.size)
    note_offer(archive, offered)
    if not served:
        note_server(found, entries)
        # Before the first command: while changes are looked for, pyinfra goes no further.
        promise(server.digest(entries))
    forget()
    if missing:
        yield FunctionCommand(send, (archive, store), {})
    elif not offered.noted or offered.old:
        yield artefact_scripts.note(archive)
    if not served:
        yield from service.settings._inner(entries=entries, units=[places.SERVER])
        yield from service.run._inner(units={places.SERVER: server.digest(entries)})


@operation()
def install(archive: Archive, source: str, present: bool = True) -> Commands:
    """
    Unpack an archive below /opt, in a folder of its own, and lead the link without a version to it.

    + archive: from `picluster.artefacts`
    + source: where it is offered: `picluster.artefacts.places.source(address)`
    + present: whether this host needs it; where not, what is there stays

    Its SHA-256 is checked before it is unpacked, beside what is there. Of the versions before, the
    newest stays, and each that a process still uses.

    **Example:**

    .. code:: python

        artefact.install(
            name="Unpack Hadoop", archive=HADOOP, source="rsync://192.0.2.11:8873/artefacts"
        )
    """
    if not present:
        host.noop("this host does not need it")
        return
    try:
        _checked(archive, source)
        if not re.fullmatch(r"rsync://[A-Za-z0-9.-]+:[0-9]+/[a-z]+", source, re.ASCII):
            message = f"{source!r} is no source such as rsync://192.0.2.11:8873/artefacts"
            raise ValueError(message)
    except ValueError as error:
        yield fail(str(error))
        return
    found = artefact(archive)
    if found is None:
        yield fail()
        return
    there = found["unpacked"]
    if there.in_the_way:
        link = f"{places.UNPACKED}/{archive.name}"
        yield fail(f"{link} is there, and no link: look what it is, and move it away")
        return
    linked = there.link == archive.folder_name
    if there.whole and linked and not there.superfluous and not there.leftovers:
        host.noop(f"{archive.folder_name} is unpacked")
        return
    if not there.whole:
        # Where the archive is offered, or will be by then, it is unpacked from where it lies.
        fetched = 0 if found["folders"] else archive.size
        lack = lack_of_room(found, archive.folder_name, fetched, archive.size)
        if lack is not None:
            yield fail(f"{archive.folder_name} was not unpacked: {lack}")
            return
        announce(archive.folder_name, unpacked=archive.size)
    note_install(archive, there)
    forget()
    yield artefact_scripts.install(archive, source, unpack=not there.whole)


def _checked(archive: object, place: object) -> None:
    if not isinstance(archive, Archive) or not isinstance(place, str) or not place:
        message = f"an archive of picluster.artefacts and a place, not {archive!r} and {place!r}"
        raise ValueError(message)


def _serves(found: ArtefactState, entries: list[Entry]) -> bool:
    """Whether the server runs with these files."""
    unit = found["server"]
    runs = unit["active"] and unit["enabled"] and not unit["needs_reload"]
    return (
        runs
        and unit["started_with"] == server.digest(entries)
        and not differences(entries, [], found["server_files"])
    )


def _withdraw(archive: Archive, found: ArtefactState) -> Commands:
    offered = found["offered"]
    own = offered.sum is not None or bool(offered.old)
    others = [name for name in found["files"] if not name.startswith(f"{archive.name}-")]
    serves = bool(found["folders"]) or any(found["server_files"].values())
    last = serves and not others and not promised(_GONE)
    if not own and not last:
        host.noop("it is not offered")
        return
    if own:
        note(f"{archive.name} for other boards", "offered", "not offered: another board does it")
    if last:
        note(places.SERVER, "set up", "gone, with its files")
        promise(_GONE)
    forget()
    if own:
        yield artefact_scripts.withdraw(archive)
    if last:
        yield from service.stop._inner(
            units=[places.SERVER], files=[places.SERVER_UNIT], unwanted=list(found["folders"])
        )
        yield from tree.files._inner(entries=[], absent=list(places.SERVER_PATHS))
