"""The hub's disk image: Debian with docker-registry, apt-cacher-ng and a static busybox."""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from docker import DockerClient
from docker.errors import DockerException, ImageNotFound

from picluster.plan.errors import UserError

FILES = Path(__file__).parent / "files"
ON_HUB = "/usr/lib/picluster-hub"
REPOSITORY = "picluster-hub"
CODENAME = "bookworm"
PACKAGES = ("apt-cacher-ng", "busybox-static", "docker-registry")

_OPTIONS = (
    "--variant=minbase",
    f"--include={','.join(PACKAGES)}",
    '--aptopt=Acquire::Languages "none"',
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-exclude=/usr/share/man/*",
)
_CHANGES = ("USER picluster-hub", f'ENTRYPOINT ["{ON_HUB}/start"]')

# apt-cacher-ng reads every file of the folder that it is given.
_PREPARE = f"mkdir {ON_HUB}/apt && mv {ON_HUB}/acng.conf {ON_HUB}/apt/ && {ON_HUB}/prepare"

Progress = Callable[[str], None]


class HubImageError(UserError):
    """Raised when the hub's image cannot be made."""


def ensure_image(client: DockerClient, progress: Progress) -> str:
    """The name of the hub's image, built first when its sources have changed."""
    name = f"{REPOSITORY}:{_fingerprint()}"
    try:
        client.images.get(name)
    except ImageNotFound:
        progress("making the image of the lab's hub")
        if shutil.which("mmdebstrap") is None:
            _build_from_registry(client, name, progress)
        else:
            _build_with_mmdebstrap(client, name)
    return name


def _fingerprint() -> str:
    digest = hashlib.sha256("\n".join([CODENAME, *_OPTIONS, *_CHANGES, _PREPARE]).encode())
    for path in sorted(FILES.iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _build_with_mmdebstrap(client: DockerClient, name: str) -> None:
    """Makes the image from the Debian archive that this computer is set up to use."""
    with tempfile.TemporaryDirectory(prefix="picluster-") as folder:
        archive = Path(folder) / "hub.tar"
        command = [
            "mmdebstrap",
            *_OPTIONS,
            f'--customize-hook=mkdir -p "$1{ON_HUB}"',
            f"--customize-hook=copy-in {' '.join(map(str, sorted(FILES.iterdir())))} {ON_HUB}",
            f'--customize-hook=chroot "$1" sh -c "{_PREPARE}"',
            CODENAME,
            str(archive),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            tail = "\n".join(done.stderr.splitlines()[-30:])
            raise HubImageError(f"mmdebstrap could not make the hub's image:\n{tail}")
        repository, tag = name.split(":")
        result = client.api.import_image(
            src=str(archive), repository=repository, tag=tag, changes=list(_CHANGES)
        )
        if "error" in result:
            raise HubImageError(f"Docker could not load the hub's image: {result}")


def _build_from_registry(client: DockerClient, name: str, progress: Progress) -> None:
    """Makes the image from debian:bookworm of a registry, on computers that are not Debian."""
    base = f"debian:{CODENAME}"
    recipe = [
        f"FROM {base}",
        "RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y "
        f"--no-install-recommends {' '.join(PACKAGES)} && apt-get clean",
        f"COPY . {ON_HUB}/",
        f"RUN {_PREPARE}",
        *_CHANGES,
        "",
    ]
    with tempfile.TemporaryDirectory(prefix="picluster-") as folder:
        for path in FILES.iterdir():
            shutil.copy2(path, folder)
        (Path(folder) / "Dockerfile").write_text("\n".join(recipe))
        (Path(folder) / ".dockerignore").write_text("Dockerfile\n.dockerignore\n")
        try:
            progress(f"the hub's image: on top of {base}")
            client.images.build(path=folder, tag=name, rm=True)
        except DockerException as error:
            message = (
                f"The hub's image could not be made from {base}: {error}\n"
                "On Debian and Ubuntu, `apt-get install mmdebstrap` makes it without a registry."
            )
            raise HubImageError(message) from error
