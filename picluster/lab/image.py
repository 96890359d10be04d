"""The disk image of a simulated board: Debian with the look of Raspberry Pi OS Lite."""

import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from docker import DockerClient
from docker.errors import DockerException, ImageNotFound

from picluster.plan.errors import UserError

BOARD_FILES = Path(__file__).parent / "board"
ON_BOARD = "/usr/lib/picluster-lab"
REPOSITORY = "picluster-lab"

RELEASES = ("bookworm", "trixie", "bookworm-32bit")
"""The last one has 32-bit programs on a 64-bit kernel, a card that a deploy has to refuse."""

_NARROW = {"x86_64": "i386", "aarch64": "armhf"}

# What a deploy finds on a fresh card, as far as it matters here.
PACKAGES = (
    "apt-utils ca-certificates dbus iproute2 iputils-ping kmod less libpam-systemd mawk netbase "
    "openssh-server procps python3-minimal sudo systemd-sysv tzdata util-linux"
).split()
RELEASE_PACKAGES = {
    "bookworm": ["dphys-swapfile"],
    "bookworm-32bit": ["dphys-swapfile"],
    "trixie": ["cloud-init"],
}

# No translations, manuals and documents, on the image and in what is installed later.
_SMALLER = (
    '--aptopt=Acquire::Languages "none"',
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-exclude=/usr/share/man/*",
)

Progress = Callable[[str], None]


class ImageError(UserError):
    """Raised when the boards' image cannot be made."""


def ensure_image(client: DockerClient, release: str, progress: Progress) -> str:
    """The name of the release's image, built first when its sources have changed."""
    name = f"{REPOSITORY}:{release}-{_fingerprint(release)}"
    try:
        client.images.get(name)
    except ImageNotFound:
        if shutil.which("mmdebstrap") is None:
            _build_from_registry(client, release, name, progress)
        else:
            _build_with_mmdebstrap(client, release, name, progress)
    return name


def packages_of(release: str) -> list[str]:
    """The Debian packages on a fresh card of a release."""
    return sorted(PACKAGES + RELEASE_PACKAGES[release])


def _fingerprint(release: str) -> str:
    recipe = [release, *packages_of(release), *_SMALLER]
    digest = hashlib.sha256(" ".join(recipe).encode())
    for path in _programs():
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _of_release(release: str) -> tuple[str, list[str]]:
    """Debian's codename, and what mmdebstrap has to be told of the architecture."""
    codename, _, narrow = release.partition("-")
    # These processors run their 32-bit programs themselves, so no emulator is needed.
    # Its deploy is refused before anything is installed, so no security updates either.
    sources = '"$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/*'
    narrowed = [
        f"--architectures={_NARROW.get(platform.machine(), 'none')}",
        "--skip=check/qemu",
        f"--setup-hook=sed -i /security/d {sources} 2>/dev/null || true",
    ]
    return codename, narrowed if narrow else []


def _programs() -> list[Path]:
    return [path for path in sorted(BOARD_FILES.iterdir()) if path.suffix != ".json"]


def _build_with_mmdebstrap(
    client: DockerClient, release: str, name: str, progress: Progress
) -> None:
    """Makes the image from the Debian archive that this computer is set up to use."""
    with tempfile.TemporaryDirectory(prefix="picluster-") as folder:
        archive = Path(folder) / "board.tar"
        codename, options = _of_release(release)
        command = [
            "mmdebstrap",
            "--variant=minbase",
            *options,
            f"--include={','.join(packages_of(release))}",
            *_SMALLER,
            f'--customize-hook=mkdir -p "$1{ON_BOARD}"',
            f"--customize-hook=copy-in {' '.join(map(str, _programs()))} {ON_BOARD}",
            f'--customize-hook=chroot "$1" {ON_BOARD}/provision {codename}',
            codename,
            str(archive),
        ]
        tail: list[str] = []
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            for line in process.stderr or ():
                tail = [*tail[-30:], line.rstrip()]
                if line.startswith("I: ") and "hook" not in line:
                    progress(f"{release} image: {line[3:].strip().rstrip('.')}")
        if process.returncode != 0:
            message = f"mmdebstrap could not make the {release} image:\n" + "\n".join(tail)
            raise ImageError(message)
        progress(f"{release} image: loading it into Docker")
        repository, tag = name.split(":")
        result = client.api.import_image(
            src=str(archive), repository=repository, tag=tag, changes=[_entry_point()]
        )
        if "error" in result:
            message = f"Docker could not load the {release} image: {result}"
            raise ImageError(message)


def _entry_point() -> str:
    return f'ENTRYPOINT ["{ON_BOARD}/firmware"]'


def _build_from_registry(client: DockerClient, release: str, name: str, progress: Progress) -> None:
    """Makes the image from debian:RELEASE of a registry, on computers that are not Debian."""
    codename, narrow = _of_release(release)
    if narrow:
        message = (
            f"The card {release} is made with mmdebstrap; on Debian: apt-get install mmdebstrap"
        )
        raise ImageError(message)
    base = f"debian:{codename}"
    recipe = "\n".join(
        [
            f"FROM {base}",
            "RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y "
            f"--no-install-recommends {' '.join(packages_of(release))} && apt-get clean",
            f"COPY . {ON_BOARD}/",
            f"RUN {ON_BOARD}/provision {codename}",
            _entry_point(),
            "",
        ]
    )
    with tempfile.TemporaryDirectory(prefix="picluster-") as folder:
        for program in _programs():
            shutil.copy2(program, folder)
        (Path(folder) / "Dockerfile").write_text(recipe)
        (Path(folder) / ".dockerignore").write_text("Dockerfile\n")
        try:
            try:
                client.images.get(base)
            except ImageNotFound:
                progress(f"{release} image: pulling {base}")
                client.images.pull(base)
            progress(f"{release} image: installing packages")
            client.images.build(path=folder, tag=name, rm=True)
        except DockerException as error:
            how = "On Debian and Ubuntu, `apt-get install mmdebstrap` makes it without a registry."
            user = "" if os.geteuid() == 0 else " (as root)"
            message = f"The {release} image could not be made from {base}: {error}\n{how}{user}"
            raise ImageError(message) from error
