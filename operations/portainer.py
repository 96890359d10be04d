"""Portainer's server, over its HTTP API: its administrator, its environment, its agents, its data.

Each operation is to be called on every host, with the same arguments, after its services were
deployed (`operations.swarm.stack`), and does nothing where nothing differs. The controller speaks
to the server, in the place of the first manager of the run; other hosts have nothing to do.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from pyinfra import host, state
from pyinfra.api import FunctionCommand, operation

from facts.stacks import Stacks
from operations import peers, portainer_changes
from operations.difference import note
from operations.failure import Commands, fail
from operations.portainer_access import Access
from operations.portainer_ready import (
    LeftAloneError,
    NotNowError,
    absence,
    look,
    no_manager,
    to_set_up,
)
from operations.swarm_stack_evidence import silence
from picluster.plan.hidden import Hidden
from picluster.plan.portainer import (
    AGENT_STACK,
    SERVER_STACK,
    environment_step,
    older_version,
)
from picluster.plan.stack import StackError, parse_stack
from picluster.plan.stack_found import services_of
from picluster.portainer.archive import ENCRYPTED


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
        seen = look(managers, server, access)
    except ValueError as error:
        yield fail(str(error) or None)
        return
    if always and (reason := no_manager(seen, "a backup")):
        yield fail(reason)
        return
    if host.name != seen.actor:
        host.noop(f"{seen.actor or 'no manager'} does it")
        return
    due = seen.has_data and seen.image is not None and seen.version != version
    if not (due or always):
        host.noop(f"no other version than {seen.version or version} is wished")
        return
    if reason := absence(seen):
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
        seen = to_set_up(managers, server, access)
    except NotNowError as reason:
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
        seen = to_set_up(managers, server, access)
    except NotNowError as reason:
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
        seen = look(managers, server, access)
    except ValueError as error:
        yield fail(str(error) or None)
        return
    if host.name != seen.actor:
        host.noop(f"{seen.actor or 'no manager'} does it")
        return
    if seen.server.environment is None:
        if state.is_executing:
            yield fail(absence(seen) or "the server has no environment of the Swarm")
            return
        host.noop(absence(seen) or "the server has no environment yet")
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
        seen = look(managers, server, access, logs_in=False)
        _check_backup(Path(file), version)
        wish = parse_stack(SERVER_STACK, compose.text, lambda path: files[path], key.text.encode())
    except (ValueError, StackError) as error:
        yield fail(str(error) or None)
        return
    if reason := no_manager(seen, "restoring"):
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
    """Raises LeftAloneError for what is no backup that this version could read."""
    try:
        with path.open("rb") as file:
            beginning = file.read(len(ENCRYPTED))
    except OSError as error:
        raise LeftAloneError(
            f"the backup {path} cannot be read: {error.strerror}. Name one that "
            "deploys.portainer.backup has made"
        ) from None
    if beginning != ENCRYPTED:
        raise LeftAloneError(
            f"{path} is no encrypted backup of Portainer: name one that deploys.portainer.backup "
            "has made"
        )
    made = re.match(r"portainer-([0-9.]+)-", path.name)
    if made and older_version(made[1], version, has_data=True):
        raise LeftAloneError(
            f"{path.name} is of Portainer {made[1]}, which {version} cannot read: write version = "
            f'"{made[1]}" or a later one under [portainer]'
        )
