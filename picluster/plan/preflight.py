"""Why a board is refused: what was found on it against what was declared."""

from collections.abc import Collection
from dataclasses import dataclass

MAX_SKEW_SECONDS = 2.0
"""Beyond this apt, TLS and the Swarm's certificates begin to fail."""

# Kernel's and Debian's names of the 64-bit architectures; the lab's is its computer's own.
ARCHITECTURES = {"aarch64": "arm64", "x86_64": "amd64"}


@dataclass(frozen=True, slots=True)
class Declared:
    """What cluster.toml says of a board."""

    name: str
    model: str
    memory_mb: int
    releases: Collection[str]


@dataclass(frozen=True, slots=True)
class Found:
    """What the board says of itself."""

    is_pi: bool
    title: str | None
    model: str | None
    memory_mb: int | None
    revision: str | None
    machine: str
    architecture: str
    codename: str | None
    skew_seconds: float
    sudo: bool
    user: str
    cmdline_path: str | None
    has_root_argument: bool


def refusals(declared: Declared, found: Found) -> list[str]:
    """Every reason not to touch this board, each with what to do about it; empty for a good one."""
    return [
        *_hardware(declared, found),
        *_system(declared, found),
        *_clock(found),
        *_access(declared, found),
        *_boot(found),
    ]


def _hardware(declared: Declared, found: Found) -> list[str]:
    if not found.is_pi:
        return [
            f"declared as a {declared.model}, but no Raspberry Pi answers at this address; "
            f'check the address of node "{declared.name}" in cluster.toml'
        ]
    reasons = []
    if found.model != declared.model:
        reasons.append(
            f"declared as a {declared.model}, but its revision {found.revision} is a "
            f"{found.title or found.model or 'model unknown to this version'}; mend model (or the "
            f'address) of node "{declared.name}" in cluster.toml'
        )
    if found.memory_mb is not None and found.memory_mb != declared.memory_mb:
        reasons.append(
            f"declared with {declared.memory_mb / 1024:g} GB, but it has "
            f"{found.memory_mb / 1024:g} GB; mend memory_gb (or the address) of node "
            f'"{declared.name}" in cluster.toml'
        )
    return reasons


def _system(declared: Declared, found: Found) -> list[str]:
    reasons = []
    expected = ARCHITECTURES.get(found.machine)
    if expected is None:
        reasons.append(
            f"its kernel is {found.machine}, not 64-bit; write the 64-bit Raspberry Pi OS Lite to "
            "its card"
        )
    elif found.architecture != expected:
        reasons.append(
            f"its programs are {found.architecture} on a {found.machine} kernel; write the 64-bit "
            "Raspberry Pi OS Lite to its card"
        )
    if found.codename not in declared.releases:
        reasons.append(
            f"its release is {found.codename or 'unknown'}, not {' or '.join(declared.releases)}; "
            "write another image to its card, or accept it in [system] release of cluster.toml"
        )
    return reasons


def _clock(found: Found) -> list[str]:
    if abs(found.skew_seconds) <= MAX_SKEW_SECONDS:
        return []
    way = "ahead of" if found.skew_seconds > 0 else "behind"
    return [
        f"its clock is {abs(found.skew_seconds):.0f} s {way} this computer's; see "
        "`timedatectl status` there: it needs a time server (UDP port 123), or check the clock here"
    ]


def _access(declared: Declared, found: Found) -> list[str]:
    if found.sudo:
        return []
    return [
        f"user {found.user} must type a password for sudo there; run once: "
        f"picluster sudo {declared.name}"
    ]


def _boot(found: Found) -> list[str]:
    if found.cmdline_path is None:
        return [
            "it has no /boot/firmware/cmdline.txt; is its boot partition mounted (`findmnt "
            "/boot/firmware` there)?"
        ]
    if not found.has_root_argument:
        return [
            f"the first line of {found.cmdline_path} has no root= argument, so it could not boot; "
            "put the line back from a backup beside it or from the card's image"
        ]
    return []
