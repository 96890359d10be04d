"""Debian packages, installed so that nothing starts by itself and nothing stays half-done."""

from collections.abc import Iterable
from weakref import WeakKeyDictionary

from pyinfra import host, state
from pyinfra.api import Host, operation
from pyinfra.context import ctx_host

from facts.packages import POLICY_FILE, DebianPackages, PackagesState
from operations.apt import installation
from operations.difference import note
from operations.failure import Commands, fail
from operations.values import WrongValueError, texts


@operation()
def debian(
    packages: list[str], absent: list[str] | None = None, hold: str | None = None
) -> Commands:
    """
    Install the packages that are missing, and remove others; nothing else is upgraded.

    + packages: names; list all packages of a service in one call
    + absent: names that are removed where they are installed, in the same transaction, so that
      packages that conflict can take over. Their services stop; their data and their configuration
      stay: nothing is purged
    + hold: why nothing heavy may be done here now, such as too weak a supply: where anything would
      be done, the host fails with it instead

    Waits up to five minutes for another apt or dpkg. An interrupted dpkg is mended first. Services
    of the packages are not started: the deploy does that when their configuration is there. apt's
    lists are refreshed only when something is missing, so their age never counts as a change.

    **Example:**

    .. code:: python

        packages.debian(name="Install the tools", packages=["curl", "rsync"])
        packages.debian(name="One editor", packages=["vim"], absent=["nano"])
    """
    try:
        packages = texts("packages", packages)
        absent = texts("absent", [] if absent is None else absent)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if trailing := [name for name in [*packages, *absent] if name.endswith("-")]:
        yield fail(f"no name of a Debian package, apt-get would remove it: {trailing}")
        return
    if both := [name for name in packages if name in absent]:
        yield fail(f"wished and to be removed at once, take them out of one list: {both}")
        return
    found = host.get_fact(DebianPackages, packages=[*packages, *absent])
    if found is None:
        yield fail()
        return
    version = found["installed"]
    missing = not_coming(name for name in dict.fromkeys(packages) if version[name] is None)
    # Mending completes what is half-installed now, also where it is to go.
    removing = [name for name in absent if version[name] is not None or found["interrupted"]]
    if not (missing or removing or found["interrupted"] or found["policy_left"]):
        others = f", {len(absent)} others are not" if absent else ""
        host.noop(f"{len(packages)} packages are installed{others}")
        return
    _note(found, missing, removing)
    if hold is not None:
        yield fail(hold)
        return
    _promise(missing)
    yield installation(missing, removing, found["interrupted"])


_promised: WeakKeyDictionary[Host, set[str]] = WeakKeyDictionary()
"""What operations have announced for each host."""


def not_coming(packages: Iterable[str]) -> list[str]:
    """Those of missing packages that no operation before has announced for this operation's host.

    Where two services need one package, the first of them installs it: were it announced by both,
    more would be announced than is done.
    """
    promised = set() if state.is_executing else _promised.get(ctx_host.get(), set())
    return [name for name in packages if name not in promised]


def _promise(packages: Iterable[str]) -> None:
    if not state.is_executing:
        _promised.setdefault(ctx_host.get(), set()).update(packages)


def _note(found: PackagesState, missing: list[str], removing: list[str]) -> None:
    for name in missing:
        note(f"package {name}", "not installed", "installed")
    for name in removing:
        version = found["installed"][name]
        note(f"package {name}", version or "perhaps installed by halves", "not installed")
    if found["interrupted"]:
        note("dpkg", "interrupted in the middle of its work", "at the end of its work")
    if found["policy_left"]:
        note(POLICY_FILE, "left there by a run that was killed", "gone")
