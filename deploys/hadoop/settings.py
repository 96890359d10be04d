"""The files of Hadoop that HDFS and YARN have in common: a daemon's folder, its unit, digests."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from deploys.hadoop.units import unit
from picluster.artefacts import Archive
from picluster.plan import started_note
from picluster.plan.hadoop_daemons import Daemon
from picluster.plan.hadoop_xml import Reader, Setting, site_file
from picluster.plan.node import Node
from picluster.plan.tree import Entry, file

SITES = ("core-site.xml", "hdfs-site.xml", "yarn-site.xml", "mapred-site.xml")
"""Hadoop's own names, in the order in which a digest takes them."""
SCHEDULER = "capacity-scheduler.xml"
LOGGING = "log4j.properties"

Sites = Mapping[str, Iterable[Setting]]
"""Name of a file to its settings, of all readers."""


def home(archive: Archive) -> str:
    """Folder of a version's programs on a board."""
    return f"/opt/{archive.folder_name}"


def site_files(folder: str, sites: Sites, reader: Reader) -> list[Entry]:
    """What a reader reads, in its folder; a file with nothing for it is not there."""
    return [
        file(f"{folder}/{name}", site_file(settings, reader))
        for name, settings in sites.items()
        if any(reader in setting.readers for setting in settings)
    ]


def template(name: str) -> bytes:
    """A file as it lies beside this one."""
    return Path(__file__).with_name(name).read_bytes()


def daemon_files(
    daemon: Daemon,
    node: Node,
    archive: Archive,
    sites: Sites,
    programs: Iterable[Entry] = (),
) -> list[Entry]:
    """A daemon's settings and its unit, which notes them when it starts.

    + programs: those of `daemon.programs` that it is to find
    """
    settings = [
        *site_files(daemon.folder, sites, daemon.role),
        file(f"{daemon.folder}/{LOGGING}", template("daemon.log4j.properties")),
        *programs,
    ]
    text = unit(daemon, node, home(archive), [entry.path for entry in settings])
    return [*settings, file(daemon.unit_file, text)]


def daemon_paths(daemon: Daemon) -> list[str]:
    """All that `daemon_files` may have written on a board, and the folder, which is ours alone."""
    names = (*SITES, SCHEDULER, LOGGING)
    paths = [f"{daemon.folder}/{name}" for name in names]
    return [daemon.folder, *paths, *daemon.programs, daemon.unit_file]


def digests(daemons: Iterable[Daemon], entries: Sequence[Entry]) -> dict[str, str]:
    """What each unit of these daemons that is among the files notes when it starts with them."""
    content = {entry.path: entry.content for entry in entries if entry.kind == "file"}
    return {
        daemon.unit: started_note.digest(_read_by(daemon, entries), content)
        for daemon in daemons
        if daemon.unit_file in content
    }


def _read_by(daemon: Daemon, entries: Iterable[Entry]) -> list[str]:
    paths = [entry.path for entry in entries]
    inside = [path for path in paths if path.startswith(f"{daemon.folder}/")]
    return [daemon.unit_file, *inside, *(path for path in daemon.programs if path in paths)]
