"""The operating system's own settings: names, time zone, watchdog."""

from collections.abc import Generator

from picluster.plan.user_data import sets_names, without_names
from pyinfra import host
from pyinfra.api import QuoteString, StringCommand, operation

from facts.cloud_init import PRESERVE, PRESERVE_FILE
from facts.system import System


@operation()
def cloud_init_leaves_names_alone() -> Generator[StringCommand, None, None]:
    """
    Keep cloud-init from putting host name and /etc/hosts back at every boot.

    The keys go from the card's user-data, a drop-in of cloud.cfg preserves the name, and once its
    first boot is done cloud-init is switched off: what it set up stays. A noop where it is not
    installed.
    """
    found = host.get_fact(System)["cloud_init"]
    if not found["installed"]:
        host.noop("cloud-init is not installed")
        return
    data, path = found["user_data"], found["user_data_path"]
    names_in_data = data is not None and sets_names(data)
    if found["preserve_hostname"] and found["disabled"] and not names_in_data:
        host.noop("cloud-init leaves host name and /etc/hosts alone")
        return
    # The first boot may still be at work; what it has begun must end before it is switched off.
    yield StringCommand(
        "if command -v cloud-init >/dev/null; then cloud-init status --wait >/dev/null || true; fi"
    )
    if names_in_data and data is not None and path is not None:
        new = QuoteString(f"{path}.new")
        yield StringCommand(
            "cat >", new, "&& mv -fT", new, QuoteString(path), _stdin=without_names(data).rstrip()
        )
    yield StringCommand(
        "mkdir -p", QuoteString(PRESERVE_FILE.rpartition("/")[0]),
        "&& printf '%s\\n'", QuoteString(PRESERVE), ">", QuoteString(PRESERVE_FILE),
        "&& touch /etc/cloud/cloud-init.disabled",
    )  # fmt: skip


@operation()
def hostname(hostname: str) -> Generator[StringCommand, None, None]:
    """
    Set the host name, the running one and the one of the next boot.

    + hostname: the name without a domain

    pyinfra's `server.hostname` looks at the running name alone; both count here.
    """
    found = host.get_fact(System)
    if found["hostname"] == hostname and found["static_hostname"] == hostname:
        host.noop(f"the host name is {hostname}")
        return
    yield StringCommand("hostnamectl set-hostname --", QuoteString(hostname))


@operation()
def timezone(timezone: str) -> Generator[StringCommand, None, None]:
    """
    Set the time zone.

    + timezone: its IANA name, such as `Europe/Berlin`
    """
    if host.get_fact(System)["timezone"] == timezone:
        host.noop(f"the time zone is {timezone}")
        return
    zone = QuoteString(f"/usr/share/zoneinfo/{timezone}")
    # /etc/timezone is read by programs of bookworm and is gone in trixie.
    yield StringCommand(
        "test -f", zone, "&& if [ -e /etc/timezone ]; then printf '%s\\n'", QuoteString(timezone),
        "> /etc/timezone; fi && ln -sfn", zone, "/etc/localtime.new",
        "&& mv -fT /etc/localtime.new /etc/localtime",
    )  # fmt: skip


@operation()
def watchdog(timeout: str | None) -> Generator[StringCommand, None, None]:
    """
    Make systemd run with the watchdog setting that its files hold.

    + timeout: the wished setting in systemd's own notation, such as `15s`; None for off

    Where the vendor's drop-in turns the watchdog on, that setting is left alone.
    """
    found = host.get_fact(System)
    if found["watchdog_vendor"]:
        host.noop("the vendor's watchdog setting is left alone")
        return
    if (found["watchdog_usec"] or "0") == (timeout or "0"):
        host.noop(f"systemd runs with the watchdog at {timeout or 'off'}")
        return
    yield StringCommand("systemctl daemon-reexec")
