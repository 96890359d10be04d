"""The operating system's own settings: names, time zone, watchdog."""

import re

from pyinfra import host
from pyinfra.api import FunctionCommand, QuoteString, StringCommand, operation

from facts.cloud_init import PRESERVE, PRESERVE_FILE
from facts.system import System
from operations.difference import note
from operations.failure import Commands, fail
from operations.user_data import take_names_out
from picluster.plan.timespan import microseconds

_HOST_NAME = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ZONE = r"[A-Za-z0-9][A-Za-z0-9_+-]*(/[A-Za-z0-9][A-Za-z0-9_+-]*)*"
"""No dots: they would lead out of the folder of zones."""


@operation()
def cloud_init_leaves_names_alone() -> Commands:
    """
    Keep cloud-init from putting host name and /etc/hosts back at every boot.

    The keys go from the card's user-data, a drop-in of cloud.cfg preserves the name, and once its
    first boot is done cloud-init is switched off: what it set up stays. A noop where it is not
    installed.
    """
    system = host.get_fact(System)
    if system is None:
        yield fail()
        return
    found = system["cloud_init"]
    if not found["installed"]:
        host.noop("cloud-init is not installed")
        return
    path = found["user_data_path"] if found["user_data_sets_names"] else None
    if found["preserve_hostname"] and found["disabled"] and path is None:
        host.noop("cloud-init leaves host name and /etc/hosts alone")
        return
    if path is not None:
        note(path, "sets host name or /etc/hosts at boot", "leaves them alone")
    if not found["preserve_hostname"]:
        note("cloud-init", "may set the host name at boot", "preserves it")
    if not found["disabled"]:
        note("cloud-init", "works at each boot", "switched off")
    # The first boot may still be at work; what it has begun must end before it is switched off.
    yield StringCommand(
        "if command -v cloud-init >/dev/null; then cloud-init status --wait >/dev/null || true; fi"
    )
    if path is not None:
        yield FunctionCommand(take_names_out, (path,), {})
    yield StringCommand(
        "mkdir -p", QuoteString(PRESERVE_FILE.rpartition("/")[0]),
        "&& printf '%s\\n'", QuoteString(PRESERVE), ">", QuoteString(PRESERVE_FILE),
        "&& touch /etc/cloud/cloud-init.disabled",
    )  # fmt: skip


@operation()
def hostname(hostname: str) -> Commands:
    """
    Set the host name, the running one and the one of the next boot.

    + hostname: the name without a domain

    pyinfra's `server.hostname` looks at the running name alone; both count here.
    """
    if not re.fullmatch(_HOST_NAME, hostname, re.ASCII):
        # hostnamectl would take it for a title and make a name of what is left of it.
        yield fail(f"{hostname!r} is no host name: letters, digits and inner hyphens, at most 63")
        return
    found = host.get_fact(System)
    if found is None:
        yield fail()
        return
    if found["hostname"] == hostname and found["static_hostname"] == hostname:
        host.noop(f"the host name is {hostname}")
        return
    for when, name in (("now", found["hostname"]), ("at boot", found["static_hostname"])):
        if name != hostname:
            note(f"host name {when}", name or "none", hostname)
    yield StringCommand("hostnamectl set-hostname --", QuoteString(hostname))


@operation()
def timezone(timezone: str) -> Commands:
    """
    Set the time zone.

    + timezone: its IANA name, such as `Europe/Berlin`
    """
    if not re.fullmatch(_ZONE, timezone, re.ASCII):
        yield fail(f"{timezone!r} is no time zone: write a name such as Europe/Berlin")
        return
    found = host.get_fact(System)
    if found is None:
        yield fail()
        return
    if found["timezone"] == timezone:
        host.noop(f"the time zone is {timezone}")
        return
    note("time zone", found["timezone"] or "none", timezone)
    zone = QuoteString(f"/usr/share/zoneinfo/{timezone}")
    unknown = QuoteString(f"no time zone {timezone} is known there; is tzdata installed?")
    # /etc/timezone is read by programs of bookworm and is gone in trixie.
    yield StringCommand(
        "if ! [ -f", zone, "]; then echo", unknown, ">&2; exit 1; fi;",
        "if [ -e /etc/timezone ]; then printf '%s\\n'", QuoteString(timezone),
        "> /etc/timezone; fi && ln -sfn", zone, "/etc/localtime.new",
        "&& mv -fT /etc/localtime.new /etc/localtime",
    )  # fmt: skip


@operation()
def watchdog(timeout: str | None) -> Commands:
    """
    Make systemd run with the watchdog setting that its files hold.

    + timeout: the wished setting in systemd's own notation, such as `15s`; None for off

    Where the vendor's drop-in turns the watchdog on, that setting is left alone.
    """
    wished = microseconds(str(timeout or "0"))
    if wished is None:
        yield fail(f"{timeout!r} is no time in systemd's notation, such as 15s")
        return
    found = host.get_fact(System)
    if found is None:
        yield fail()
        return
    if found["watchdog_vendor"]:
        host.noop("the vendor's watchdog setting is left alone")
        return
    if microseconds(found["watchdog_usec"] or "0") == wished:
        host.noop(f"systemd runs with the watchdog at {timeout or 'off'}")
        return
    note("watchdog that systemd feeds", found["watchdog_usec"] or "off", str(timeout or "off"))
    yield StringCommand("systemctl daemon-reexec")
