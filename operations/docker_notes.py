"""Which packages of an engine differ, for `picluster drift`."""

from facts.packages import PackagesState
from operations.difference import note
from operations.docker_wishes import Wish
from picluster.plan.docker_steps import PackageChanges


def note_packages(changes: PackageChanges, found: PackagesState, wish: Wish) -> None:
    """Notes each package that would be installed, removed or brought to another version."""
    for name in changes.missing:
        note(f"package {name}", "not installed", wish.versions.get(name, "installed"))
    for name in changes.outdated:
        note(f"package {name}", found["installed"][name] or "", wish.versions[name])
    for name in changes.conflicting:
        note(f"package {name}", found["installed"][name] or "", "not installed: it is in the way")
