"""What of which jar lies where in the archive of Hadoop."""

import io
import zipfile
from collections.abc import Iterator, Mapping

from picluster.artefacts.archive import Archive
from picluster.artefacts.tar import Member

PAGES = "hadoop-hdfs-{version}-tests.jar"
"""The web pages of HDFS are in no other artefact. They stand beside lib/: YARN has pages of the
same names, and must not find these on its class path."""

EXAMPLES = "hadoop-mapreduce-examples-"
"""Not in lib/: no daemon needs it, and its version is another one."""


def contents(archive: Archive, jars: Mapping[str, bytes]) -> Iterator[Member]:
    """Each file of the archive, in their order."""
    files = {"VERSION": f"{archive.version}\n".encode()}
    for name, content in jars.items():
        if name == PAGES.format(version=archive.version):
            files |= _pages(content)
        else:
            files[f"{'examples' if name.startswith(EXAMPLES) else 'lib'}/{name}"] = content
    for path, content in sorted(files.items()):
        yield Member(path, content)


def _pages(jar: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(jar)) as archive:
        return {
            f"hdfs-ui/{entry.filename}": archive.read(entry)
            for entry in archive.infolist()
            if entry.filename.startswith("webapps/") and not entry.is_dir()
        }
