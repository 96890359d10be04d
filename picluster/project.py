"""Where the project lies on this computer."""

from pathlib import Path

from picluster.plan.errors import UserError


class NotInProjectError(UserError):
    """Raised when a command runs outside a checkout of the project."""


def root() -> Path:
    """The checkout's top folder: the nearest one upwards that holds inventory.py and deploys/."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "inventory.py").is_file() and (folder / "deploys").is_dir():
            return folder
    message = f"{here} is not inside a checkout of PiCluster; cd into it and try again."
    raise NotInProjectError(message)


def state_directory() -> Path:
    """`.picluster/`, made when missing, readable by its owner alone: it holds secrets."""
    folder = root() / ".picluster"
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    return folder


def cluster_directory(name: str) -> Path:
    """Where secrets and backups of the cluster of this name are kept; it may not be there yet."""
    return state_directory() / "clusters" / name


def known_hosts_file() -> Path:
    """The project's own list of trusted SSH host keys."""
    return state_directory() / "known_hosts"
