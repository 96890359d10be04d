"""A Docker Swarm that has lost the most of its managers goes on from one of them.

To be called on every host, with the same `managers` as the operations of operations/swarm.py.
"""

from ipaddress import ip_address

from pyinfra import host, inventory
from pyinfra.api import FunctionCommand, operation

from operations import swarm_changes
from operations.difference import note
from operations.failure import Commands, fail
from operations.swarm_evidence import evidence, planned
from operations.swarm_notes import MEMBERSHIP
from operations.values import WrongValueError


@operation()
def recover(managers: list[str], survivor: str, address: str) -> Commands:
    """
    Let a Swarm that has lost its quorum go on from one manager, with its services and secrets.

    + managers: names of the hosts that are to manage the Swarm, the strongest first
    + survivor: the host whose copy of the Swarm's state counts from now on
    + address: this host's own address

    Refuses unless the quorum really is lost. The other managers are forgotten as such; they come
    back by `join` and `promote`.
    """
    try:
        managers = planned(managers)
        ip_address(address)
        if survivor not in managers and inventory.get_host(survivor, None) is None:
            raise WrongValueError(f"survivor: the inventory has no host {survivor!r}")
    except ValueError as error:
        yield fail(str(error))
        return
    seen = evidence(managers)
    own = seen.states[host.name]
    if own is None:
        yield fail(seen.silence(host.name))
        return
    if host.name != survivor:
        host.noop(f"the Swarm goes on from {survivor}")
        return
    if seen.verdict.through:
        yield fail(
            f"the Swarm has its quorum, {seen.verdict.through[0]} manages it: there is nothing to "
            "recover, and recovering would split it. Run a plain deploy"
        )
        return
    if not seen.verdict.quorum_lost:
        yield fail(
            seen.verdict.refusal
            or "whether the Swarm has lost its quorum is not known while engines of its managers "
            "are stopped: run a plain deploy, which starts them"
        )
        return
    if not own["manager_on_disk"] or own["engine"] != "running":
        yield fail(
            f"{survivor} cannot be the survivor: its engine is {own['engine']}, and it "
            f"{'was' if own['manager_on_disk'] else 'was not'} a manager. Name a manager whose "
            "engine runs"
        )
        return
    note(MEMBERSHIP, "has lost its quorum", f"goes on from {survivor} alone")
    yield FunctionCommand(swarm_changes.recover, (managers, address), {})
