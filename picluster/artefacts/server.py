"""The server of archives: Debian's rsync, for the boards of the cluster alone."""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address

from picluster.artefacts import places
from picluster.plan import started_note
from picluster.plan.tree import Entry, file

HEADER = "# Written by PiCluster; the next deploy puts back what is changed here by hand.\n"
_READ = (places.SERVER_UNIT, places.SERVER_SETTINGS)


def files(address: str, allowed: Iterable[str]) -> list[Entry]:
    """The server's unit and settings.

    + address: the only one that it listens at
    + allowed: addresses that may fetch from it

    Raises ValueError for what is no address.
    """
    address, *others = map(str, map(ip_address, [address, *allowed]))
    settings = _SETTINGS.format(
        address=address,
        port=places.PORT,
        module=places.MODULE,
        path=places.OFFERED,
        allowed=" ".join(sorted(set(others))),
    )
    unit = _UNIT.format(
        note=started_note.exec_start_pre(_READ),
        settings=places.SERVER_SETTINGS,
        address=address,
        port=places.PORT,
    )
    return [
        file(places.SERVER_UNIT, HEADER + unit),
        file(places.SERVER_SETTINGS, HEADER + settings),
    ]


def digest(entries: Sequence[Entry]) -> str:
    """What the unit notes when it starts with these files."""
    return started_note.digest(_READ, {entry.path: entry.content for entry in entries})


_SETTINGS = """\
address = {address}
port = {port}
use chroot = no
reverse lookup = no

[{module}]
path = {path}
read only = yes
list = no
hosts allow = {allowed}
hosts deny = *
timeout = 120
"""

# Without privileges, rsync cannot change its root; so what it may see is systemd's to say.
_UNIT = """\
[Unit]
Description=Archives for the boards of this cluster
Documentation=man:rsyncd.conf(5)
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
{note}
ExecStart=/usr/bin/rsync --daemon --no-detach --config={settings}
ExecStartPost=/bin/bash -c 'until : </dev/tcp/{address}/{port}; do sleep 0.2; done 2>/dev/null'
TimeoutStartSec=60
Restart=always
RestartSec=5
DynamicUser=yes
CapabilityBoundingSet=
NoNewPrivileges=yes
PrivateDevices=yes
ProtectHome=yes
ProtectSystem=strict
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX

[Install]
WantedBy=multi-user.target
"""
