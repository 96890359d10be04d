"""Images of the stand-in for Portainer: one root for server and agent of all versions."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from docker import DockerClient
from docker.errors import DockerException, ImageNotFound

from picluster.lab.image import ImageError, Progress

PROGRAM = Path(__file__).parent / "played"
REPOSITORY = "picluster-lab-portainer"
PLAYED_LABEL = "org.picluster.played"
RELEASE = "bookworm"

_IN_IMAGE = "/usr/lib/picluster"
# Files of packages and no more: nothing is configured, and no shell is needed.
_PACKAGES = ("libc6", "python3-bcrypt", "python3-cryptography", "python3-minimal")
_KEPT_PROGRAMS = ("python3", "python3.11")
_UNUSED = (
    "bin sbin usr/games usr/sbin usr/share usr/lib/*/gconv usr/lib/apt usr/lib/dpkg "
    "usr/lib/python3.11/test usr/lib/python3.11/pydoc_data usr/lib/python3.11/unittest "
    "usr/lib/python3.11/lib2to3 usr/lib/python3.11/idlelib usr/lib/python3.11/ensurepip"
).split()
_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/sbin/nologin",
    "etc/group": "root:x:0:",
    "etc/nsswitch.conf": "hosts: files dns",
}


def ensure_images(client: DockerClient, version: str, progress: Progress) -> tuple[str, str]:
    """The names of server and agent of a version in Docker, made first when they are not there.

    Raises ImageError.
    """
    root = f"{REPOSITORY}-root:{_fingerprint()}"
    return (
        _ensure(client, root, "server", version, progress),
        _ensure(client, root, "agent", version, progress),
    )


def _fingerprint() -> str:
    digest = hashlib.sha256(" ".join([RELEASE, *_hooks(Path())]).encode())
    for path in _program_files():
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _program_files() -> list[Path]:
    return sorted(PROGRAM.glob("*.py"))


def _ensure(client: DockerClient, root: str, role: str, version: str, progress: Progress) -> str:
    repository, tag = f"{REPOSITORY}-{role}", f"{version}-{root.rpartition(':')[2]}"
    name = f"{repository}:{tag}"
    try:
        client.images.get(name)
    except ImageNotFound:
        _ensure_root(client, root, progress)
        # Nothing but what is said of the image differs, so all have the same one layer.
        lines = [
            f"FROM {root}",
            f"ENV PYTHONPATH={_IN_IMAGE} PYTHONDONTWRITEBYTECODE=1 PLAYED_VERSION={version}",
            f'LABEL {PLAYED_LABEL}="PiCluster\'s stand-in for Portainer {version}"',
            f'ENTRYPOINT ["/usr/bin/python3", "-m", "{PROGRAM.name}", "{role}"]',
        ]
        _build(client, name, lines)
    return name


def _build(client: DockerClient, name: str, lines: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="picluster-") as folder:
        Path(folder, "Dockerfile").write_text("\n".join([*lines, ""]))
        try:
            client.images.build(path=folder, tag=name, rm=True)
        except DockerException as error:
            message = f"Docker could not make {name}, a part of the stand-in for Portainer: {error}"
            raise ImageError(message) from error


def _ensure_root(client: DockerClient, root: str, progress: Progress) -> None:
    try:
        client.images.get(root)
    except ImageNotFound:
        if shutil.which("mmdebstrap") is None:
            message = (
                "The stand-in for Portainer is made with mmdebstrap; on Debian: "
                "apt-get install mmdebstrap. Where a registry can be reached, the real images "
                "are pulled and no stand-in is needed."
            )
            raise ImageError(message) from None
        progress("stand-in for Portainer: making its image")
        _import_root(client, root)


def _import_root(client: DockerClient, root: str) -> None:
    with tempfile.TemporaryDirectory(prefix="picluster-") as folder:
        archive = Path(folder) / "root.tar"
        files = Path(folder) / "files"
        _lay_files(files)
        command = [
            "mmdebstrap",
            "--variant=extract",
            f"--include={','.join(_PACKAGES)}",
            '--aptopt=Acquire::Languages "none"',
            *(f"--extract-hook={hook}" for hook in _hooks(files)),
            RELEASE,
            str(archive),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            tail = "\n".join(done.stderr.splitlines()[-30:])
            message = f"mmdebstrap could not make the image of the stand-in for Portainer:\n{tail}"
            raise ImageError(message)
        repository, tag = root.split(":")
        result = client.api.import_image(src=str(archive), repository=repository, tag=tag)
        if "error" in result:
            message = f"Docker could not load the image of the stand-in for Portainer: {result}"
            raise ImageError(message)


def _hooks(files: Path) -> list[str]:
    """What is done to the unpacked packages; `$1` is where they lie."""
    kept = " ".join(f"! -name {name}" for name in _KEPT_PROGRAMS)
    imports = f"import {PROGRAM.name}.server, {PROGRAM.name}.agent"
    return [
        f'cp -R {files}/. "$1"/',
        # Byte code is kept of what is imported, and of nothing else: a board starts it quickly.
        f'env -u PYTHONDONTWRITEBYTECODE PYTHONPATH={_IN_IMAGE} chroot "$1" '
        f'/usr/bin/python3 -c "{imports}"',
        f'find "$1"/usr/bin -mindepth 1 {kept} -delete',
        "rm -rf " + " ".join(f'"$1"/{path}' for path in _UNUSED),
    ]


def _lay_files(files: Path) -> None:
    for name, text in _FILES.items():
        path = files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    for name in ("data", "tmp", "run"):
        (files / name).mkdir()
    program = files / _IN_IMAGE.lstrip("/") / PROGRAM.name
    program.mkdir(parents=True)
    for path in _program_files():
        shutil.copy2(path, program)
