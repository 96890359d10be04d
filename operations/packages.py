"""Debian packages, installed so that nothing starts by itself and nothing stays half-done."""

from pyinfra import host
from pyinfra.api import operation

from facts.packages import DebianPackages
from operations.apt import installation
from operations.failure import Commands, fail
from operations.values import WrongValueError, texts


@operation()
def debian(packages: list[str], absent: list[str] | None = None) -> Commands:
    """
    Install the packages that are missing, and remove others; nothing else is upgraded.

    + packages: names; list all packages of a service in one call
    + absent: names that are removed where they are installed, in the same transaction, so that
      packages that conflict can take over. Their services stop; their data and their configuration
      stay: nothing is purged

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
    missing = [name for name in dict.fromkeys(packages) if version[name] is None]
    # Mending completes what is half-installed now, also where it is to go.
    removing = [name for name in absent if version[name] is not None or found["interrupted"]]
    if not (missing or removing or found["interrupted"] or found["policy_left"]):
        others = f", {len(absent)} others are not" if absent else ""
        host.noop(f"{len(packages)} packages are installed{others}")
        return
    yield installation(missing, removing, found["interrupted"])
