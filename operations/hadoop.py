"""What all daemons of Hadoop on a board need: their users, Java, and Debian's tools."""

from pyinfra import host
from pyinfra.api import StringCommand, operation

from operations import packages
from operations.daemon_found import daemons, forget
from operations.failure import Commands, fail
from picluster.plan.hadoop_daemons import GROUP, USERS
from picluster.plan.hadoop_paths import DEFAULT_FOLDER

JAVA_PACKAGE = "default-jre-headless"
"""Debian's own Java: 17 in bookworm, 21 in trixie."""


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
    if not steps:
        host.noop(f"{len(USERS)} users are in the group {GROUP}")
        return
    forget()
    yield StringCommand("\n".join(["set -e", *steps]))


@operation()
def programs(present: bool = True) -> Commands:
    """
    Install Debian's Java where it is not, or not completely, and what daemons are looked after
    with.

    + present: whether this host has daemons; where not, what is there stays
    """
    if not present:
        host.noop("this host has no daemons of Hadoop")
        return
    found = daemons()
    if found is None:
        yield fail()
        return
    java = found["java"]
    missing = [*found["lacking"], *([JAVA_PACKAGE] if java is None else [])]
    if not missing:
        host.noop(f"Java {java} is installed")
        return
    forget()
    # A small image has no manuals, and Java's installation ends where it cannot link its own.
    yield StringCommand("mkdir -p /usr/share/man/man1")
    yield from packages.debian._inner(packages=missing)
