"""What to do about a board's Docker Engine: (found, wished) → step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

# What belongs to a running engine: to change one of these takes it away for a while.
ENGINE = frozenset({"docker.io", "docker-ce", "containerd", "containerd.io", "runc"})


@dataclass(frozen=True, slots=True)
class PackageChanges:
    """What apt has to do, each a list of package names."""

    missing: tuple[str, ...] = ()
    conflicting: tuple[str, ...] = ()
    """Installed, and to be removed."""
    outdated: tuple[str, ...] = ()
    """Installed in another version than wished."""

    def __bool__(self) -> bool:
        return bool(self.missing or self.conflicting or self.outdated)

    @property
    def take_the_engine_away(self) -> bool:
        """Whether an engine that runs has to stop for them."""
        return not ENGINE.isdisjoint((*self.missing, *self.conflicting, *self.outdated))

    def reasons(self) -> list[str]:
        """The changes in words."""
        words = {
            "not installed": self.missing,
            "in its way": self.conflicting,
            "of another version than wished": self.outdated,
        }
        return [
            f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} {what}"
            for what, names in words.items()
            if names
        ]


def package_changes(
    installed: Mapping[str, str | None],
    wished: Sequence[str],
    conflicting: Sequence[str],
    versions: Mapping[str, str],
) -> PackageChanges:
    """What differs between the installed packages and the wished ones.

    + installed: version of each package of both lists, None for one that is not installed
    + versions: package to its wished version, with apt's wildcards
    """
    present = {name: version for name, version in installed.items() if version is not None}
    return PackageChanges(
        missing=tuple(name for name in wished if name not in present),
        conflicting=tuple(name for name in conflicting if name in present),
        outdated=tuple(
            name
            for name in wished
            if name in present and not fnmatchcase(present[name], versions.get(name, "*"))
        ),
    )


def with_versions(names: Iterable[str], versions: Mapping[str, str]) -> list[str]:
    """The packages in apt's words: `name=version` for those of certain versions."""
    return [f"{name}={versions[name]}" if name in versions else name for name in names]


def reasons_to_restart(
    started_with: str | None, digest: str, replaced: Sequence[str], legacy: Sequence[str]
) -> list[str]:
    """Why the engine that runs is not the wished one, in words; empty when it is.

    + started_with: digest of the settings that it read when it started, None where unknown
    + digest: of the wished settings
    + replaced: programs of its that were replaced on disk since they started
    + legacy: programs whose rules go to the kernel's old tables
    """
    reasons = []
    if started_with is None:
        reasons.append("it was not started with PiCluster's settings")
    elif started_with != digest:
        reasons.append("it was started with other settings than wished")
    if replaced:
        reasons.append(f"it still runs an old version of {', '.join(replaced)}")
    if legacy:
        reasons.append(f"{', '.join(legacy)} writes to the kernel's old tables, not to nftables")
    return reasons
