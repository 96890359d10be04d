"""Where archives and what is unpacked from them lie on a board."""

from picluster.plan import artefact_ports

CACHE = "/var/cache/picluster"
OFFERED = f"{CACHE}/artefacts"
"""What the server of archives shows; on its board alone."""
NOTES = f"{CACHE}/notes"
"""Of which content an archive was found to be, and how its file looked then."""
ARRIVING = f"{CACHE}/arriving"
"""What comes from the controller; nothing in it counts."""
INCOMING = f"{CACHE}/incoming"
"""What comes from the server of archives; nothing in it counts."""

UNPACKED = "/opt"
STAMP = ".picluster-whole"
"""In an unpacked folder, written last: the archive's SHA-256, and one of the list of its files."""

SERVER = "picluster-artefacts.service"
SERVER_UNIT = f"/etc/systemd/system/{SERVER}"
SERVER_SETTINGS = "/etc/picluster-artefacts/rsyncd.conf"
SERVER_PATHS = (SERVER_UNIT, SERVER_SETTINGS, "/etc/picluster-artefacts")
"""All that is written for the server, with the folder that is its own."""

PORT = artefact_ports.SERVER
MODULE = "artefacts"


def source(address: str) -> str:
    """What boards fetch archives from.

    + address: of the board whose server it is
    """
    return f"rsync://{address}:{PORT}/{MODULE}"
