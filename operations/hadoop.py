"""What all daemons of Hadoop on a board need: their users, Java, and Debian's tools."""

from pyinfra import host
from pyinfra.api import StringCommand, operation

from facts.daemons import DaemonsState
from facts.packages import DebianPackages
from operations import packages
from operations.apt import installation
from operations.daemon_found import daemons, forget
from operations.difference import note
from operations.failure import Commands, fail
from picluster.plan.hadoop_daemons import GROUP, USERS
from picluster.plan.hadoop_paths import DEFAULT_FOLDER

JAVA_PACKAGE = "default-jre-headless"
"""Debian's own Java: 17 in bookworm, 21 in trixie."""
RUNTIMES = ("openjdk-17-jre-headless", "openjdk-21-jre-headless")
"""The packages that it depends on, with its program."""


@operation()
def accounts(present: bool = True) -> Commands:
    """
    Keep the users that Hadoop's daemons run as, all in one group.

    + present: whether this host has daemons; users that are there stay, since their files do
    """
    if not present:
        host.noop("this host has no daemons of Hadoop")
        return
    found = daemons()
    if found is None:
        yield fail()
        return
    steps = [] if found["group"] else [f"groupadd --system {GROUP}"]
    for user in USERS:
        groups = found["accounts"][user]
        if groups is None:
            steps.append(
                f"useradd --system --gid {GROUP} --no-create-home --home-dir {DEFAULT_FOLDER} "
                f"--shell /usr/sbin/nologin {user}"
            )
        elif GROUP not in groups:
            steps.append(f"usermod --append --groups {GROUP} {user}")
    _note_accounts(found)
    if not steps:
        host.noop(f"{len(USERS)} users are in the group {GROUP}")
        return
    forget()
    yield StringCommand("\n".join(["set -e", *steps]))


def _note_accounts(found: DaemonsState) -> None:
    if not found["group"]:
        note(f"group {GROUP}", "not there", "there")
    for user in USERS:
        groups = found["accounts"][user]
        if groups is None:
            note(f"user {user}", "not there", f"there, in the group {GROUP}")
        elif GROUP not in groups:
            note(f"user {user}", f"in the groups {' '.join(groups)}", f"in the group {GROUP} too")


@operation()
def programs(present: bool = True, hold: str | None = None) -> Commands:
    """
    Install Debian's Java where it is not, or not completely, and what daemons are looked after
    with. A package that is installed, and whose program is gone, is installed once more.

    + present: whether this host has daemons; where not, what is there stays
    + hold: as for `packages.debian`
    """
    if not present:
        host.noop("this host has no daemons of Hadoop")
        return
    found = daemons()
    if found is None:
        yield fail()
        return
    java = found["java"]
    lacking = [*found["lacking"], *([JAVA_PACKAGE] if java is None else [])]
    missing = packages.not_coming(lacking)
    if not missing:
        host.noop(f"Java {java} is installed" if java else "Java comes by an operation before")
        return
    debian = host.get_fact(DebianPackages, packages=[*missing, *RUNTIMES])
    if debian is None:
        yield fail()
        return
    installed = debian["installed"]
    robbed = [name for name in missing if installed[name] is not None]
    for name in missing:
        lack = "without its program" if name in robbed else "not installed, or not completely"
        note(f"package {name}", lack, "installed")
    if hold is not None:
        yield fail(hold)
        return
    forget()
    # A small image has no manuals, and Java's installation ends where it cannot link its own.
    yield StringCommand("mkdir -p /usr/share/man/man1")
    absent = [name for name in missing if name not in robbed]
    if JAVA_PACKAGE in robbed:
        robbed += [name for name in RUNTIMES if installed[name] is not None]
    yield installation(absent, [], debian["interrupted"], completing=robbed)
