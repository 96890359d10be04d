"""How the packages that stand for the vendor's are put together, as scripts for a container.

In it, Debian's packages are unpacked in /srv/debian.
"""

import io
import tarfile
from shlex import quote

from tests.lab.vendor_packages import PACKAGES

_FOLDER = "/srv/build"


def texts() -> bytes:
    """A tar archive of all that is text in them, maintainer scripts too, to be unpacked in /."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for package in PACKAGES:
            scripts = {f"DEBIAN/{name}": text for name, text in package.scripts().items()}
            for path, text in (scripts | package.texts).items():
                entry = tarfile.TarInfo(f"{_FOLDER}/{package.name}/{path}")
                entry.size = len(text.encode())
                entry.mode = 0o755 if text.startswith("#!") else 0o644
                archive.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


def programs() -> str:
    """A script that puts Debian's files into them."""
    lines = []
    for package in PACKAGES:
        folder = f"{_FOLDER}/{package.name}"
        lines.append(f"mkdir -p {folder}/DEBIAN")
        for path, source in package.files.items():
            lines.append(f"mkdir -p $(dirname {folder}/{path})")
            lines.append(f"cp -a /srv/debian/{source} {folder}/{path}")
    return "\n".join(lines)


def pack(engine: str | None, suite: str, architecture: str, into: str) -> str:
    """A script that packs them into a folder: those of the engine in a version, or the others.

    + engine: such as 29.1.3; None for the packages that have versions of their own
    """
    lines = [f"mkdir -p {into}"]
    for package in PACKAGES:
        if (package.upstream is None) == (engine is None):
            continue
        folder = f"{_FOLDER}/{package.name}"
        control = package.control(engine, suite, architecture)
        lines.append(f"printf %s {quote(control)} >{folder}/DEBIAN/control")
        lines.append(f"dpkg-deb --root-owner-group -Zzstd -z1 -b {folder} {into}")
    return "\n".join(lines)
