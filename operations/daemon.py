"""Daemons of Hadoop: their files, their start, and their restart where they run with others.

Where a daemon is to be: `settings` first, then `start`, then `restart`. Where it is not: `stop`
first, and `settings` takes its files away. Each is to be called on every host; its data stays.
"""

from collections.abc import Mapping

from pyinfra import host
from pyinfra.api import StringCommand, operation

from facts.service import ServiceState
from operations import tree
from operations.daemon_found import daemons, forget, heard
from operations.daemon_scripts import restarting, starting, stopping
from operations.difference import note
from operations.failure import Commands, fail
from operations.values import WrongValueError, table, texts
from picluster.plan.daemon_steps import reason_to_restart
from picluster.plan.tree import Entry


@operation()
def settings(entries: list[Entry], units: list[str], absent: list[str] | None = None) -> Commands:
    """
    Keep the files of daemons as given, and let systemd read their units anew when they changed.

    + entries: from `picluster.plan.tree`, as for `tree.files`
    + units: of these daemons, such as ``hdfs-datanode.service``
    + absent: paths that must not be there; one that is wished may be among them

    No daemon is restarted here: `restart` sees what each was started with.
    """
    try:
        units = texts("units", units)
    except WrongValueError as error:
        yield fail(str(error))
        return
    changed = False
    for command in tree.files._inner(entries=entries, absent=absent):
        changed = True
        forget()
        yield command
    found = daemons()
    if found is None:
        yield fail()
        return
    if unknown := [unit for unit in units if unit not in found["units"]]:
        yield fail(f"no daemon of Hadoop: {', '.join(map(repr, unknown))}")
        return
    reloaded = [unit for unit in units if found["units"][unit]["needs_reload"]]
    for unit in reloaded:
        note(unit, "has other files than systemd knows", "read by systemd")
    if changed or reloaded:
        forget()
        yield StringCommand("systemctl daemon-reload")


@operation()
def stop(units: list[str]) -> Commands:
    """
    Stop daemons that are not to be on this host any more, and have them start no more.

    + units: of those that are not to be here, such as ``hdfs-datanode.service``; others' units of
      these names, which lie elsewhere than in /etc/systemd/system, are left alone

    Their data stays.
    """
    try:
        found = _units(dict.fromkeys(texts("units", units), ""))
    except WrongValueError as error:
        yield fail(str(error))
        return
    if found is None:
        yield fail()
        return
    going = [unit for unit, state in found.items() if _is_ours(unit, state)]
    if not going:
        host.noop("no such daemon runs or starts at boot")
        return
    for unit in going:
        note(unit, _life(found[unit]), "stopped: it is not this board's any more")
    forget()
    yield stopping(going)
    yield heard()


def _life(state: ServiceState) -> str:
    if state["active"]:
        return "runs"
    return "tries to start" if state["starting"] else "starts at boot"


def _is_ours(unit: str, state: ServiceState) -> bool:
    there = state["active"] or state["starting"] or state["enabled"]
    return there and f"/etc/systemd/system/{unit}" in state["files"]


@operation()
def start(
    units: Mapping[str, str], ready: Mapping[str, str] | None = None, present: bool = True
) -> Commands:
    """
    Start daemons that do not run, and have them start at boot.

    + units: name to the digest that it notes at its start, as for `restart`; in the order in which
      they start
    + ready: name to a URL, which answers as soon as the daemon does its work; after a blank, what
      the answer has to contain. A unit that is not named is not waited for
    + present: whether this host has the daemons; nothing is asked where not

    One that runs, or that systemd tries to start, is left to `restart`, whatever it runs with.

    **Example:**

    .. code:: python

        daemon.start(
            name="Start the ResourceManager",
            units={"yarn-resourcemanager.service": "3ca4ddcd"},
            ready={"yarn-resourcemanager.service": "http://192.168.1.11:8088/ws/v1/cluster/info"},
        )
    """
    try:
        units, waits = table("units", units), table("ready", ready or {})
        if not present:
            host.noop("the daemons are not this host's")
            return
        found = _units(units)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if found is None:
        yield fail()
        return
    down = [u for u in units if not (found[u]["active"] or found[u]["starting"])]
    disabled = [unit for unit in units if not found[unit]["enabled"]]
    if not (down or disabled):
        host.noop(f"{len(units)} daemons run, and start at boot")
        return
    for unit in down:
        note(unit, "does not run", "runs")
    for unit in disabled:
        note(unit, "does not start at boot", "starts at boot")
    forget()
    yield starting(disabled, down, waits)
    yield heard()


@operation()
def restart(
    units: Mapping[str, str], ready: Mapping[str, str] | None = None, present: bool = True
) -> Commands:
    """
    Restart daemons that run with something else than wished.

    + units: name to the digest that it notes at its start, as `picluster.plan.started_note` makes
      it; in the order in which they restart
    + ready: as for `start`
    + present: whether this host has the daemons; nothing is asked where not

    What a daemon runs with is compared, not what is on disk: so a run that was cut off is finished
    by the next one. One whose program was removed or replaced under it is restarted too. One that
    does not run is left to `start`. All hosts at once, unless it is called with `_serial`.
    """
    try:
        wrong = outdated(units, present)
        waits = table("ready", ready or {})
    except WrongValueError as error:
        yield fail(str(error))
        return
    if wrong is None:
        yield fail()
        return
    if not wrong:
        host.noop("no daemon runs with anything else than wished")
        return
    note_outdated(wrong)
    forget()
    yield restarting(wrong, waits)
    yield heard()


def outdated(units: object, present: bool) -> dict[str, str] | None:
    """Those of this operation's host that run with something else than wished, and with what.

    + units: name to wished digest

    None where the fact failed, and the host with it. Raises WrongValueError.
    """
    wished = table("units", units)
    found = _units(wished) if present else {}
    if found is None:
        return None
    reasons = {unit: reason_to_restart(wished[unit], state) for unit, state in found.items()}
    return {unit: reason for unit, reason in reasons.items() if reason is not None}


def note_outdated(wrong: Mapping[str, str]) -> None:
    """Notes what `outdated` has found, where the daemons are to be restarted for it."""
    for unit, reason in wrong.items():
        note(unit, reason, "runs with the wished settings")


def _units(wished: Mapping[str, str]) -> dict[str, ServiceState] | None:
    """The state of these units, None where the fact failed. Raises WrongValueError."""
    found = daemons()
    if found is None:
        return None
    if unknown := [unit for unit in wished if unit not in found["units"]]:
        raise WrongValueError(f"no daemon of Hadoop: {', '.join(map(repr, unknown))}")
    return {unit: found["units"][unit] for unit in wished}
