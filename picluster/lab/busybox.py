"""busybox as Debian builds it, in place of Docker Hub's where that cannot be had."""

import hashlib
import io
import tarfile
from collections.abc import Iterable

from docker import DockerClient
from docker.errors import ImageNotFound
from docker.models.containers import Container

from picluster.lab import machine
from picluster.lab.hub.container import HubError

IMAGE = "busybox:1.36.1"
REPOSITORY = "picluster-lab-busybox"

_BINARY = "bin/busybox"
_FOLDERS = ("bin", "dev", "etc", "home", "root", "sbin", "tmp", "usr", "usr/bin", "usr/sbin", "var")
_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
    "etc/group": "root:x:0:\nnogroup:x:65534:\n",
}


def ensure_image(client: DockerClient, hub: Container) -> tuple[str, str]:
    """Its name in the owner's Docker and what it is, in words; taken from the hub's own disk."""
    what = f"Debian's busybox-static {_version(hub)}"
    binary = _read(hub, "/usr/bin/busybox")
    content = _tar(binary, _run(hub, "busybox", "--list-full").split())
    tag = hashlib.sha256(content).hexdigest()[:12]
    name = f"{REPOSITORY}:{tag}"
    try:
        client.images.get(name)
    except ImageNotFound:
        changes = ['CMD ["sh"]', f'LABEL org.picluster.played="{what}"']
        client.api.import_image_from_data(content, repository=REPOSITORY, tag=tag, changes=changes)
    return name, what


def _version(hub: Container) -> str:
    package = _run(hub, "dpkg-query", "--show", "--showformat=${Version}", "busybox-static")
    return package.rpartition(":")[2].partition("-")[0]


def _run(hub: Container, *command: str) -> str:
    code, output = machine.run(hub, *command)
    if code != 0:
        raise HubError(f"`{' '.join(command)}` failed on the lab's hub: {output}")
    return output.strip()


def _read(hub: Container, path: str) -> bytes:
    stream, _ = hub.get_archive(path)
    with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
        file = archive.extractfile(path.rpartition("/")[2])
        if file is None:
            raise HubError(f"{path} of the lab's hub is no file")
        return file.read()


def _tar(binary: bytes, applets: Iterable[str]) -> bytes:
    """A root with busybox and, as `busybox --install -s` makes them, a link for each applet."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for folder in _FOLDERS:
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if folder == "tmp" else 0o755
            archive.addfile(entry)
        _add_file(archive, _BINARY, binary, 0o755)
        for path, text in _FILES.items():
            _add_file(archive, path, text.encode(), 0o644)
        for applet in sorted(set(applets) - {_BINARY}):
            entry = tarfile.TarInfo(applet)
            entry.type, entry.linkname = tarfile.SYMTYPE, f"/{_BINARY}"
            archive.addfile(entry)
    return buffer.getvalue()


def _add_file(archive: tarfile.TarFile, path: str, content: bytes, mode: int) -> None:
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode = len(content), mode
    archive.addfile(entry, io.BytesIO(content))
