"""systemd units that are kept running with wished settings, or kept away.

Where a service is to be: its settings' files first (`tree.files`), then `install`, then `run`.
Where it is not: `stop` first, while its files still tell that it is ours.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping
from shlex import quote

from pyinfra import host, logger
from pyinfra.api import StringCommand, operation

from facts.service import RECORDS, Services, ServiceState
from operations import packages as debian_packages
from operations.failure import Commands, fail
from operations.values import WrongValueError, table, texts

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
def install(packages: list[str], present: bool = True) -> Commands:
    """
    Install the Debian packages of a service where it is to be, and ask nothing elsewhere.

    + packages: as for `packages.debian`
    + present: whether this host has the service; where not, packages that are there stay
    """
    if not present:
        host.noop("the service is not this host's")
        return
    yield from debian_packages.debian._inner(packages=packages)


@operation()
def stop(
    units: list[str],
    files: list[str],
    unwanted: list[str] | None = None,
    present: bool = False,
) -> Commands:
    """
    Stop units that were set up here and are not to be any more, and have them start no more.

    + units: names with their kind, such as ``docker-registry.service``
    + files: of units and drop-ins by which they are known as ours: others are left alone, since
      the owner may run a service of the same package
    + unwanted: folders that are removed with all that is in them, such as a cache's
    + present: whether this host has the service; there nothing is stopped
    """
    try:
        units, files = texts("units", units), texts("files", files)
        unwanted = _folders(unwanted)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if present:
        host.noop("the services are this host's")
        return
    found = host.get_fact(Services, units=units, folders=unwanted)
    if found is None:
        yield fail()
        return
    going = [unit for unit in units if _is_there(found["units"][unit], files)]
    steps = [_STOP.format(units=_quoted(going), records=RECORDS)] if going else []
    if found["folders"]:
        steps.append(_removal(found["folders"]))
    if not steps:
        host.noop("no such service runs or starts at boot")
        return
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
    + unwanted: folders that are removed with all that is in them, such as a former cache's
    + present: whether this host has the service; nothing is asked where not

    A unit notes its digest in its own ``ExecStartPre=``: ``$INVOCATION_ID`` and the digest in
    ``/run/picluster/UNIT.started``. What it runs with is compared, not what is on disk: so a run
    that was cut off is finished by the next one. A unit must be ready when systemd says so.

    **Example:**

    .. code:: python

        service.run(name="Run the demo", units={"demo.service": digest_of(files)})
    """
    try:
        units, unwanted = table("units", units), _folders(unwanted)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if not present:
        host.noop("the services are not this host's")
        return
    found = host.get_fact(Services, units=list(units), folders=unwanted)
    if found is None:
        yield fail()
        return
    why = {unit: _complaint(digest, found["units"][unit]) for unit, digest in units.items()}
    wrong = [unit for unit, complaint in why.items() if complaint]
    steps = []
    if wrong:
        logger.debug(f"{host.print_prefix}{'; '.join(f'{unit} {why[unit]}' for unit in wrong)}")
        restarted = [unit for unit in wrong if why[unit] != _DISABLED]
        steps.append(_RUN.format(units=_quoted(units), restarted=_quoted(restarted)))
    if found["folders"]:
        steps.append(_removal(found["folders"]))
    if not steps:
        host.noop(f"{len(units)} units run as wished")
        return
    yield StringCommand("\n".join(steps))


_DISABLED = "does not start at boot"


def _complaint(digest: str, unit: ServiceState) -> str | None:
    if not unit["active"]:
        return "does not run"
    if digest and unit["started_with"] != digest:
        return "was started with other settings than wished"
    if unit["needs_reload"]:
        return "has other files than systemd knows"
    return None if unit["enabled"] else _DISABLED


def _folders(paths: object) -> list[str]:
    folders = texts("unwanted", [] if paths is None else paths)
    for path in folders:
        # Of what is removed with all in it, no slip may mean / or /home.
        if not re.fullmatch(r"(/[^/\0]+){2,}", path) or posixpath.normpath(path) != path:
            raise WrongValueError(f"{path!r} is no plain path of a folder below another one")
    return folders


def _removal(folders: Iterable[str]) -> str:
    return f"rm -rf -- {_quoted(folders)}"


def _quoted(words: Iterable[str]) -> str:
    return " ".join(map(quote, words))
