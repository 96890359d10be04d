"""Why a board's Docker Engine is not touched: what was found there against what is wished."""

from dataclasses import dataclass

from picluster.plan.docker import major


@dataclass(frozen=True, slots=True)
class WishedEngine:
    """What cluster.toml wishes of a board's engine."""

    source: str
    """docker-ce or debian."""
    version: str
    """Of docker-ce, such as 29 or 29.1.3."""
    data_root: str
    storage: str | None
    """Mount point that the data root lies in, None without."""
    accepted_major: str | None = None
    """A major that the owner allows an installed docker-ce to be brought to."""


@dataclass(frozen=True, slots=True)
class FoundEngine:
    """What the board says."""

    docker_ce: str | None
    """Version of that package, None where it is not installed."""
    foreign: str | None
    """Path of a dockerd that no Debian package brought."""
    mounted: bool
    """Whether something is mounted at the wished storage."""
    data_root: str
    """Of the engine that runs, else of the one that was configured last."""
    active: bool
    in_swarm: bool
    """Whether that data root holds a Swarm's state."""
    containers: int
    """How many containers it holds."""
    copied: bool
    """Whether the wished data root holds as much."""


def refusals(found: FoundEngine, wished: WishedEngine) -> list[str]:
    """Every reason not to touch this board, each with what to do about it; empty for a good one."""
    return [
        *_storage(found, wished),
        *_foreign(found),
        *_data(found, wished),
        *_source(found, wished),
    ]


def _storage(found: FoundEngine, wished: WishedEngine) -> list[str]:
    if wished.storage is None or found.mounted:
        return []
    return [
        f"nothing is mounted at its declared storage {wished.storage}; mount the disk there (and "
        "enter it in /etc/fstab), or take storage of this node out of cluster.toml"
    ]


def _foreign(found: FoundEngine) -> list[str]:
    if found.foreign is None:
        return []
    return [
        f"it has a Docker Engine that no Debian package brought, {found.foreign}; remove it in "
        "the way it was installed (its data in /var/lib/docker can stay)"
    ]


def _data(found: FoundEngine, wished: WishedEngine) -> list[str]:
    if found.data_root == wished.data_root or not (found.in_swarm or found.containers):
        return []
    if found.copied and not found.active:
        return []
    held = ["this node's place in its Swarm"] if found.in_swarm else []
    if found.containers:
        held.append("1 container" if found.containers == 1 else f"{found.containers} containers")
    old, new = found.data_root, wished.data_root
    return [
        f"Docker's data is in {old} and holds {' and '.join(held)}, but {new} is wished; a deploy "
        "moves no data. Move it by hand: sudo systemctl stop docker.socket docker.service; "
        f"sudo mkdir -p {new}; sudo rsync -aHAX --numeric-ids {old}/ {new}/ - then run the deploy "
        f"again, which starts Docker there. Delete {old} when all is well"
    ]


def _source(found: FoundEngine, wished: WishedEngine) -> list[str]:
    if found.docker_ce is None:
        return []
    installed, major_wished = major(found.docker_ce), major(wished.version)
    if wished.source != "docker-ce":
        return [
            f"docker-ce {found.docker_ce} is installed, and Debian's docker.io is older: it may "
            'not read the data of a newer engine. Write source = "docker-ce" in [docker] of '
            "cluster.toml, or give this board a newly written card"
        ]
    if installed == major_wished or wished.accepted_major == str(major_wished):
        return []
    newer = installed is None or major_wished is None or installed < major_wished
    advice = "" if newer else f'. Docker knows no way back: rather write version = "{installed}"'
    return [
        f"docker-ce {found.docker_ce} is installed and {wished.version} is wished. Another major "
        "can break what runs on it: read its release notes "
        f"(https://docs.docker.com/engine/release-notes/{major_wished}/), then run again with "
        f"--data accept_docker_major={major_wished}{advice}"
    ]
