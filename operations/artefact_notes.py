"""What differs of an archive on a board, for `picluster drift`."""

from facts.artefact import ArtefactState, Offered, Unpacked
from operations.difference import note
from operations.service import complaint
from operations.tree_notes import note_paths
from picluster.artefacts import Archive, places, server
from picluster.plan.tree import Entry, differences

_SHOWN = 12
"""Characters of a SHA-256, as people compare them."""


def note_offer(archive: Archive, found: Offered) -> None:
    """Notes what is not as wished of the archive's file."""
    path = f"{places.OFFERED}/{archive.file_name}"
    wished = f"SHA-256 {archive.sha256[:_SHOWN]}…"
    if found.sum != archive.sha256:
        note(path, f"SHA-256 {found.sum[:_SHOWN]}…" if found.sum else "not there", wished)
    elif not found.noted:
        note(path, "written since its SHA-256 was checked", wished)
    for name in found.old:
        note(name, "there", "gone: of no use any more")


def note_server(found: ArtefactState, entries: list[Entry]) -> None:
    """Notes what is not as wished of the server of archives.

    + entries: its files
    """
    note_paths(differences(entries, [], found["server_files"]), found["server_files"])
    reason = complaint(server.digest(entries), found["server"])
    if reason is not None:
        note(places.SERVER, reason, "runs with the wished settings, and starts at boot")
    elif found["server"]["needs_reload"]:
        note(places.SERVER, "has other files than systemd knows", "read by systemd")


def note_install(archive: Archive, found: Unpacked) -> None:
    """Notes what is not as wished of the unpacked folder and of the link to it."""
    folder, link = f"{places.UNPACKED}/{archive.folder_name}", f"{places.UNPACKED}/{archive.name}"
    if not found.whole:
        note(folder, "not there, or not whole", "unpacked")
    if found.link != archive.folder_name:
        there = f"leads to {found.link}" if found.link else "not there"
        note(link, there, f"leads to {archive.folder_name}")
    for name in (*found.superfluous, *found.leftovers):
        note(name, "there", "gone: of no use any more")
