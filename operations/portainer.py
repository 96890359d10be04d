"""Portainer's server, over its HTTP API: its administrator, its environment, its agents, its data.

Each operation is to be called on every host, with the same arguments, after its services were
deployed (`operations.swarm.stack`), and does nothing where nothing differs. The controller speaks
to the server, in the place of the first manager of the run; other hosts have nothing to do.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from pyinfra import host, inventory, state
from pyinfra.api import FunctionCommand, operation

from facts.stacks import Stacks
from operations import peers, portainer_changes
from operations.difference import note, unseen
from operations.failure import Commands, fail
from operations.portainer_access import Access
from operations.portainer_found import Found, found
from operations.swarm_evidence import planned as planned_hosts
from operations.swarm_stack_evidence import silence
from picluster.plan.errors import UserError
from picluster.plan.hidden import Hidden
from picluster.plan.portainer import (
    AGENT_STACK,
    SERVER_STACK,
    environment_step,
    older_version,
    wrong_password,
)
from picluster.plan.stack import StackError, parse_stack
from picluster.plan.stack_found import services_of
from picluster.portainer.archive import ENCRYPTED


class _LeftAloneError(ValueError):
    """Nothing is done on this host, or can be; the message says why."""


class _NotNowError(Exception):
    """There is nothing to do on this host, or not yet; the message says why."""


def _seen(managers: list[str], server: str, access: Access, *, logs_in: bool = True) -> Found:
    """What is found. Raises _LeftAloneError where that says that nothing can be done.

    + logs_in: whether the administrator's password is needed
    """
    if state.is_executing:
        try:
            access.keep()  # before a board gets what was made for this run
        except UserError as error:
            raise _LeftAloneError(str(error)) from None
    if not isinstance(server, str) or inventory.get_host(server, None) is None:
        raise _LeftAloneError(f"server: the inventory has no host {server!r}")
    seen = found(server, planned_hosts(managers), access)
    if reason := seen.seen.refusal(host.name) or seen.seen.verdict.undecided:
        raise _LeftAloneError(reason)
    if state.is_executing and seen.actor is None and not seen.seen.verdict.through:
        # Before that, engines that are stopped may still be started.
        raise _LeftAloneError("no board manages the Swarm: see what is said of the managers")
    if logs_in and (reason := wrong_password(seen.server, access.password_file)):
        raise _LeftAloneError(reason)
    return seen


def _nobody(seen: Found, what: str) -> str | None:
    """Why what was asked for by hand cannot be done; doing nothing would look like success."""
    if seen.actor is not None or not seen.seen.verdict.through:
        return None
    names = ", ".join(seen.seen.verdict.through)
    return f"{what} is done through a manager, and none is part of this run: --limit {names}"


def _absence(seen: Found) -> str | None:
    """Why nothing is known of the server; None where it answers."""
    if seen.server.answers:
        return None
    if seen.image is None:
        return "there is no server"
    return (
        f"the Swarm has Portainer's server on {seen.planned}, and this computer does not reach it: "
        f"{seen.server.unreachable}. Is a firewall between them, or another network?"
    )


def _to_set_up(managers: list[str], server: str, access: Access) -> Found:
    """What is found, on the host that is to set the server up; where that is blank, before it runs.

    Raises _LeftAloneError, and _NotNowError on all other hosts and before the server can answer.
    """
    seen = _seen(managers, server, access)
    if host.name != seen.actor:
        raise _NotNowError(f"{seen.actor or 'no manager'} does it")
    if (reason := _absence(seen)) and not seen.is_blank:
        if seen.image is not None:
            # Its services may be what is to be mended first: then they have a difference.
            unseen("Portainer", reason, behind=[seen.planned, host.name])
        raise _LeftAloneError(reason) if state.is_executing else _NotNowError(reason)
    return seen


@operation()
def backup(
    managers: list[str],
    server: str,
    access: Access,
    version: str,
    folder: str,
    always: bool = False,
) -> Commands:
    """
    Keep a backup of Portainer on the controller before its server is brought to another version.

    + managers: names of the hosts that manage the Swarm
    + server: name of the host that carries Portainer's server
    + access: how the server is reached
    + version: the wished one
    + folder: directory on the controller; the backup is encrypted, with a password kept there
    + always: whatever version runs
    """
    try:
        seen = _seen(managers, server, access)
    except ValueError as error:
        yield fail(str(error) or None)
        return
    if always and (reason := _nobody(seen, "a backup")):
        yield fail(reason)
        return
    if host.name != seen.actor:
        host.noop(f"{seen.actor or 'no manager'} does it")
        return
    due = seen.has_data and seen.image is not None and seen.version != version
    if not (due or always):
        host.noop(f"no other version than {seen.version or version} is wished")
        return
    if reason := _absence(seen):
        if state.is_executing or always:
            yield fail(
                f"Portainer is brought to {version} only after a backup (to do without: --data "
                f"portainer_backup=no), and there is none: {reason}"
            )
            return
        host.noop(f"a backup is due, and the server does not answer yet: {reason}")
        return
    runs = seen.version or "an unknown version"
    note("Portainer", f"{runs} runs, without a backup of now", f"a backup before {version} comes")
    yield FunctionCommand(portainer_changes.backup, (access, Path(folder), seen), {})


@operation()
def administrator(managers: list[str], server: str, access: Access) -> Commands:
    """
    Make the user admin where the server has none, and switch telemetry off.

    + managers: names of the hosts that manage the Swarm
    + server: name of the host that carries Portainer's server
    + access: how the server is reached

    A server that nobody set up for five minutes refuses everything: it is restarted first.
    """
    try:
        seen = _to_set_up(managers, server, access)
    except _NotNowError as reason:
        host.noop(str(reason))
        return
    except ValueError as error:
        yield fail(str(error) or None)
        return
    if seen.server.administrator and not seen.server.telemetry:
        host.noop("it has an administrator")
        return
    if not seen.server.administrator:
        note("Portainer's administrator", "none", "made")
    if seen.server.telemetry:
        note("Portainer's telemetry", "on", "off")
    yield FunctionCommand(portainer_changes.set_up, (managers, server, access), {})


@operation()
def environment(managers: list[str], server: str, access: Access, label: str) -> Commands:
    """
    Let the server see the Swarm through its agents.

    + managers: names of the hosts that manage the Swarm
    + server: name of the host that carries Portainer's server
    + access: how the server is reached
    + label: what a new environment is called; one that is there keeps its name

    Environments that others made stay.
    """
    try:
        seen = _to_set_up(managers, server, access)
    except _NotNowError as reason:
        host.noop(str(reason))
        return
    except ValueError as error:
        yield fail(str(error) or None)
        return
    step = environment_step(seen.server) if seen.server.answers else "create"
    if step == "none":
        host.noop("it has the Swarm's environment")
        return
    without = {"create": "none", "update": "does not trust the agents' certificates"}
    note("Portainer's environment of the Swarm", without[step], "there, and reaches the agents")
    yield FunctionCommand(portainer_changes.set_environment, (managers, server, access, label), {})


@operation()
def agents(managers: list[str], server: str, access: Access) -> Commands:
    """
    Restart Portainer's agents when they have lost each other, so that the server sees all nodes.

    + managers: names of the hosts that manage the Swarm
    + server: name of the host that carries Portainer's server
    + access: how the server is reached

    After boards have rebooted, agents may run and not find each other again.
    """
    try:
        seen = _seen(managers, server, access)
    except ValueError as error:
        yield fail(str(error) or None)
        return
    if host.name != seen.actor:
        host.noop(f"{seen.actor or 'no manager'} does it")
        return
    if seen.server.environment is None:
        if state.is_executing:
            yield fail(_absence(seen) or "the server has no environment of the Swarm")
            return
        host.noop(_absence(seen) or "the server has no environment yet")
        return
    if not seen.without_agent:
        host.noop("the server sees all nodes")
        return
    stacks = peers.ask(host.name, Stacks)
    if stacks is None:
        yield fail(silence(host.name))
        return
    if not services_of(stacks, AGENT_STACK):
        host.noop("there are no agents yet that could have lost each other")
        return
    for node in seen.without_agent:
        note(f"Portainer's agent on {node}", "not seen by the server", "seen by it")
    yield FunctionCommand(portainer_changes.restart_agents, (managers, server, access), {})


@operation()
def restore(
    managers: list[str],
    server: str,
    access: Access,
    file: str,
    version: str,
    compose: Hidden,
    files: Mapping[str, bytes],
    key: Hidden,
) -> Commands:
    """
    Begin the server anew with the data of a backup; the data that it has is put aside.

    + managers: names of the hosts that manage the Swarm
    + server: name of the host that carries Portainer's server
    + access: how the server is reached
    + file: the backup, on the controller
    + version: of the server that will read it; one older than the backup's could not
    + compose: the server's compose file
    + files: of its certificate, as for `swarm.stack`
    + key: as for `swarm.stack`
    """
    try:
        seen = _seen(managers, server, access, logs_in=False)
        _check_backup(Path(file), version)
        wish = parse_stack(SERVER_STACK, compose.text, lambda path: files[path], key.text.encode())
    except (ValueError, StackError) as error:
        yield fail(str(error) or None)
        return
    if reason := _nobody(seen, "restoring"):
        yield fail(reason)
        return
    if host.name != seen.actor:
        host.noop(f"{seen.actor or 'no manager'} does it")
        return
    if seen.board is None:
        yield fail(f"{server}, which carries Portainer's server, does not answer")
        return
    note("Portainer's data", f"as it is on {server}", f"that of {Path(file).name}")
    arguments = (managers, server, access, Path(file), wish)
    yield FunctionCommand(portainer_changes.restore, arguments, {})


def _check_backup(path: Path, version: str) -> None:
    """Raises _LeftAloneError for what is no backup that this version could read."""
    try:
        with path.open("rb") as file:
            beginning = file.read(len(ENCRYPTED))
    except OSError as error:
        raise _LeftAloneError(
            f"the backup {path} cannot be read: {error.strerror}. Name one that "
            "deploys.portainer.backup has made"
        ) from None
    if beginning != ENCRYPTED:
        raise _LeftAloneError(
            f"{path} is no encrypted backup of Portainer: name one that deploys.portainer.backup "
            "has made"
        )
    made = re.match(r"portainer-([0-9.]+)-", path.name)
    if made and older_version(made[1], version, has_data=True):
        raise _LeftAloneError(
            f"{path.name} is of Portainer {made[1]}, which {version} cannot read: write version = "
            f'"{made[1]}" or a later one under [portainer]'
        )
