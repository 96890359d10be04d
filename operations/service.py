"""systemd units that are kept running with wished settings, or kept away.

Where a service is to be: its files first (`settings`), then `install`, then `run`.
Where it is not: `stop` first, while its files still tell that it is ours.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping
from shlex import quote

from pyinfra import host
from pyinfra.api import StringCommand, operation

from facts.service import RECORDS, UNIT_FILES, ServiceState
from operations import packages as debian_packages
from operations import tree
from operations.difference import note
from operations.failure import Commands, fail
from operations.service_found import forget, services
from operations.values import WrongValueError, table, texts
from picluster.plan.tree import Entry

_RELOAD = "systemctl daemon-reload"

_STOP = """systemctl daemon-reload
systemctl --quiet disable -- {units}
timeout 120 systemctl stop -- {units}
for unit in {units}; do
  if systemctl --quiet is-active "$unit"; then echo "$unit did not stop" >&2; exit 1; fi
  rm -f -- "{records}/$unit.started"
done
systemctl reset-failed -- {units} 2>/dev/null || :"""

_RUN = """systemctl daemon-reload || exit 1
for unit in {units}; do
  systemctl --quiet unmask "$unit"
  systemctl --quiet enable "$unit" || exit 1
done
for unit in {restarted}; do
  systemctl reset-failed "$unit" 2>/dev/null
  if ! timeout 300 systemctl restart "$unit"; then
    echo "$unit did not start; the end of its log:" >&2
    journalctl -u "$unit" -n 15 --no-pager -o cat >&2
    exit 1
  fi
done"""


@operation()
def settings(
    entries: list[Entry],
    units: list[str],
    absent: list[str] | None = None,
    present: bool = True,
    along: list[str] | None = None,
) -> Commands:
    """
    Keep the files of services as given, and let systemd read their units anew when they changed.

    + entries: from `picluster.plan.tree`, as for `tree.files`
    + units: whose files are among them, also those that `run` is not told of, such as what a timer
      starts
    + absent: paths that must not be there; one that is wished may be among them
    + present: whether this host has the services; where not, units are not asked for
    + along: units that later operations of the run want to know of: asked for in the same question

    Nothing is restarted here: `run` sees what each was started with. A timer goes by its file as
    soon as systemd has read it.
    """
    try:
        units, along = texts("units", units), texts("along", along or [])
    except WrongValueError as error:
        yield fail(str(error))
        return
    if not entries and not absent and not present:
        host.noop("there is nothing to write here")
        return
    changed = False
    for command in tree.files._inner(entries=entries, absent=absent):
        changed = isinstance(command, StringCommand)  # and no failure
        forget()
        yield command
    if changed:
        yield StringCommand(_RELOAD)
        return
    if not present:
        return
    found = services([*units, *along])
    if found is None:
        yield fail()
        return
    # A run that was cut off has written them, and systemd has not read them.
    unread = [unit for unit in units if found["units"][unit]["needs_reload"]]
    for unit in unread:
        note(unit, "has other files than systemd knows", "read by systemd")
    if unread:
        forget()
        yield StringCommand(_RELOAD)


@operation()
def install(packages: list[str], present: bool = True, hold: str | None = None) -> Commands:
    """
    Install the Debian packages of a service where it is to be, and ask nothing elsewhere.

    + packages: as for `packages.debian`
    + present: whether this host has the service; where not, packages that are there stay
    + hold: as for `packages.debian`
    """
    if not present:
        host.noop("the service is not this host's")
        return
    for command in debian_packages.debian._inner(packages=packages, hold=hold):
        forget()
        yield command


@operation()
def stop(
    units: list[str],
    files: list[str],
    unwanted: list[str] | None = None,
    present: bool = False,
    along: list[str] | None = None,
) -> Commands:
    """
    Stop units that were set up here and are not to be any more, and have them start no more.

    + units: names with their kind, such as ``docker-registry.service``
    + files: of units and drop-ins by which they are known as ours: others are left alone, since
      the owner may run a service of the same package
    + unwanted: folders that are removed with all that is in them, such as a cache's; and below
      /etc/systemd/system/ files, which no slip makes a system's own
    + present: whether this host has the service; there nothing is stopped
    + along: as for `settings`
    """
    try:
        units, files = texts("units", units), texts("files", files)
        along = texts("along", along or [])
        unwanted = _removable(unwanted)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if present:
        host.noop("the services are this host's")
        return
    found = services([*units, *along], unwanted)
    if found is None:
        yield fail()
        return
    going = [unit for unit in units if _is_there(found["units"][unit], files)]
    steps = [_STOP.format(units=_quoted(going), records=RECORDS)] if going else []
    if found["paths"]:
        has_units = any(path.startswith(UNIT_FILES) for path in found["paths"])
        steps.append(_removal(found["paths"]) + (f" && {_RELOAD}" if has_units else ""))
    if not steps:
        host.noop("no such service runs or starts at boot")
        return
    for unit in going:
        runs = found["units"][unit]["active"]
        note(unit, "runs" if runs else "starts at boot", "stopped: it is not this board's any more")
    _note_paths(found["paths"])
    forget()
    yield StringCommand("\n".join(steps))


def _is_there(unit: ServiceState, files: list[str]) -> bool:
    ours = not set(files).isdisjoint(unit["files"])
    return ours and (unit["active"] or unit["enabled"])


@operation()
def run(
    units: Mapping[str, str], unwanted: list[str] | None = None, present: bool = True
) -> Commands:
    """
    Keep units running with the settings that they should have read.

    + units: name to the digest that the unit notes when it starts; empty for one that notes none,
      such as a timer. In the order in which they start
    + unwanted: as for `stop`, such as a former cache's folder
    + present: whether this host has the service; nothing is asked where not

    A unit notes its digest in its own ``ExecStartPre=``: ``$INVOCATION_ID`` and the digest in
    ``/run/picluster/UNIT.started``. What it runs with is compared, not what is on disk: so a run
    that was cut off is finished by the next one. A unit must be ready when systemd says so.

    **Example:**

    .. code:: python

        service.run(name="Run the demo", units={"demo.service": digest_of(files)})
    """
    try:
        units, unwanted = table("units", units), _removable(unwanted)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if not present:
        host.noop("the services are not this host's")
        return
    found = services(list(units), unwanted)
    if found is None:
        yield fail()
        return
    why = {unit: complaint(digest, found["units"][unit]) for unit, digest in units.items()}
    wrong = [unit for unit, reason in why.items() if reason]
    steps = []
    if wrong:
        restarted = [unit for unit in wrong if why[unit] != _DISABLED]
        steps.append(_RUN.format(units=_quoted(units), restarted=_quoted(restarted)))
    if found["paths"]:
        steps.append(_removal(found["paths"]))
    if not steps:
        host.noop(f"{len(units)} units run as wished")
        return
    for unit in wrong:
        note(unit, why[unit] or "", "runs with the wished settings, and starts at boot")
    _note_paths(found["paths"])
    forget()
    yield StringCommand("\n".join(steps))


_DISABLED = "does not start at boot"


def complaint(digest: str, unit: ServiceState) -> str | None:
    """What is wrong with a unit that is to run, None when it runs as wished.

    + digest: that it is to have noted at its start; empty for one that notes none
    """
    if not unit["active"]:
        return "does not run"
    if digest and unit["started_with"] != digest:
        return "was started with other settings than wished"
    if unit["replaced"]:
        return "runs a program that was removed or replaced since"
    return None if unit["enabled"] else _DISABLED


def _removable(wished: object) -> list[str]:
    paths = texts("unwanted", [] if wished is None else wished)
    for path in paths:
        # Of what is removed with all in it, no slip may mean / or /home.
        if not re.fullmatch(r"(/[^/\0]+){2,}", path) or posixpath.normpath(path) != path:
            raise WrongValueError(f"{path!r} is no plain path of something below a folder")
    return paths


def _note_paths(paths: Iterable[str]) -> None:
    for path in paths:
        note(path, "there", "gone: it is no longer wished")


def _removal(paths: Iterable[str]) -> str:
    return f"rm -rf -- {_quoted(paths)}"


def _quoted(words: Iterable[str]) -> str:
    return " ".join(map(quote, words))
