"""Docker Swarm: made, joined, its managers chosen, its nodes labelled, its stale entries forgotten.

Each operation is to be called on every host, with the same `managers`, and does nothing where
nothing differs. What a node is told by a manager, is told through any manager that answers.
"""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network

from pyinfra import host, state
from pyinfra.api import FunctionCommand, operation

from operations import swarm_changes
from operations.difference import note
from operations.failure import Commands, fail
from operations.swarm_evidence import Evidence, evidence, planned
from operations.swarm_notes import MEMBERSHIP, ROLE, note_node, role_of
from operations.swarm_recovery import recover as recover
from operations.swarm_stack import stack as stack
from operations.values import WrongValueError, table
from picluster.plan.swarm_members import label_changes, twins

AVAILABILITIES = ("active", "pause", "drain")


class _LeftAloneError(ValueError):
    """This host must not be touched; the message says why."""


def _seen(managers: list[str]) -> Evidence:
    """The evidence. Raises _LeftAloneError where it says that this host must not be touched."""
    seen = evidence(managers)
    if reason := seen.refusal(host.name) or seen.verdict.undecided:
        raise _LeftAloneError(reason)
    return seen


@operation()
def create(managers: list[str], address: str, address_pool: str) -> Commands:
    """
    Make the Swarm on the first of the managers, when no board has one.

    + managers: names of the hosts that are to manage it, the strongest first
    + address: this host's own address, which must not change
    + address_pool: network that overlay networks get their subnets of 256 addresses from

    Nothing is made while one of the managers cannot be asked: it might have a Swarm.

    **Example:**

    .. code:: python

        swarm.create(
            name="Create the Swarm",
            managers=["pi8", "pi4", "pi2a"],
            address=host.data.address,
            address_pool="10.77.0.0/16",
        )
    """
    try:
        managers = planned(managers)
        ip_address(address)
        ip_network(address_pool)
        seen = _seen(managers)
    except ValueError as error:
        yield fail(str(error) or None)
        return
    if not seen.verdict.is_new:
        host.noop(f"the Swarm is {seen.verdict.swarm_id}")
        return
    if host.name != managers[0]:
        host.noop(f"{managers[0]} makes the Swarm")
        return
    note(MEMBERSHIP, "there is no Swarm", "makes it")
    yield FunctionCommand(swarm_changes.create, (address, address_pool), {})


@operation()
def certificates(managers: list[str], days: int) -> Commands:
    """
    Set how long the certificates of the Swarm's nodes live.

    + managers: names of the hosts that are to manage it, the strongest first
    + days: a node that was switched off for longer has to join anew

    Docker takes the new length for the certificates that are issued after the leader's engine
    started again; in a Swarm of one node they are renewed at once.
    """
    try:
        managers = planned(managers)
        if isinstance(days, bool) or not isinstance(days, int) or days < 1:
            raise WrongValueError(f"days is {days!r}: write a whole number of days, at least 1")
        seen = _seen(managers)
    except ValueError as error:
        yield fail(str(error) or None)
        return
    verdict = seen.verdict
    through = verdict.through[0] if verdict.through else None
    if verdict.is_new:
        through = managers[0]
    if host.name != through:
        host.noop(f"{through or 'no board that answers'} manages the Swarm")
        return
    own = seen.states[host.name]
    if own is not None and own["certificate_seconds"] == days * 86400:
        host.noop(f"certificates live {days} days")
        return
    seconds = own["certificate_seconds"] if own is not None else None
    living = "as the engine has it" if seconds is None else f"{seconds / 86400:g} days"
    note("life of the Swarm's certificates", living, f"{days} days")
    yield FunctionCommand(swarm_changes.set_certificates, (managers, days), {})


@operation()
def forget(managers: list[str], hostname: str) -> Commands:
    """
    Remove the entries that earlier lives of this host have left in the Swarm.

    + managers: names of the hosts that are to manage it, the strongest first
    + hostname: the host's own name

    A board whose card was written anew, or that left by hand, joins as another node: its old entry
    stays, down. Of a manager it would go on counting for the quorum. An entry that is not down is
    waited for, and never removed.
    """
    try:
        managers = planned(managers)
        seen = _seen(managers)
    except ValueError as error:
        yield fail(str(error) or None)
        return
    own = seen.states[host.name]
    stale = twins(hostname, own, seen.verdict) if own is not None else []
    if not stale:
        host.noop("the Swarm has no stale entry of this host")
        return
    for node in stale:
        note(f"entry {node['id']} of {hostname} in the Swarm", "of an earlier life", "gone")
    yield FunctionCommand(swarm_changes.forget, (managers, [node["id"] for node in stale]), {})


@operation()
def join(managers: list[str], address: str) -> Commands:
    """
    Let this host join the Swarm as a worker; one that got stuck leaves and joins again.

    + managers: names of the hosts that are to manage it, the strongest first
    + address: this host's own address, which must not change

    The join token goes from a manager's engine to this host's, on standard input: it is in no
    command line, no log and no file.
    """
    try:
        managers = planned(managers)
        ip_address(address)
        seen = _seen(managers)
    except ValueError as error:
        yield fail(str(error) or None)
        return
    place = seen.membership(host.name)
    if place == "unknown" and state.is_executing:
        yield fail(
            "its engine does not find the Swarm that it is a member of: see "
            "`journalctl -u docker` there, and whether it reaches the managers (TCP port 2377)"
        )
        return
    if place in {"member", "unknown"}:
        host.noop("it is a member of the Swarm")
        return
    if seen.verdict.is_new and host.name == managers[0]:
        host.noop("it makes the Swarm")
        return
    if seen.verdict.is_new and (reason := swarm_changes.no_creator(managers[0])):
        yield fail(reason)
        return
    note(MEMBERSHIP, "stuck in it" if place == "rejoin" else "not in it", "a member")
    yield FunctionCommand(swarm_changes.join, (managers, address), {})


@operation()
def promote(managers: list[str]) -> Commands:
    """
    Make this host a manager if it is to be one.

    + managers: names of the hosts that are to manage the Swarm, the strongest first

    One host at a time; each waits until the other managers reach it.
    """
    try:
        managers = planned(managers)
        seen = _seen(managers)
    except ValueError as error:
        yield fail(str(error) or None)
        return
    place, node = seen.membership(host.name), seen.node(host.name)
    is_manager = place == "member" and node is not None and node["role"] == "manager"
    creates = seen.verdict.is_new and host.name == managers[0]
    if host.name not in managers or is_manager or creates or place == "unknown":
        host.noop("it is a manager" if is_manager else "it is not to become a manager")
        return
    note(ROLE, role_of(node), "manager")
    yield FunctionCommand(swarm_changes.promote, (managers,), {})


@operation()
def demote(managers: list[str]) -> Commands:
    """
    Make this host a worker if it manages the Swarm and is not to.

    + managers: names of the hosts that are to manage the Swarm, the strongest first

    To be called after `promote`. Refuses while one of the wished managers is not reached by the
    others: the Swarm never has fewer of them than it is to have.
    """
    try:
        managers = planned(managers)
        seen = _seen(managers)
    except ValueError as error:
        yield fail(str(error) or None)
        return
    place, node = seen.membership(host.name), seen.node(host.name)
    is_manager = place == "member" and node is not None and node["role"] == "manager"
    if host.name in managers or not is_manager:
        host.noop("it is not to become a worker")
        return
    note(ROLE, role_of(node), "worker")
    yield FunctionCommand(swarm_changes.demote, (managers,), {})


@operation()
def node(
    managers: list[str],
    labels: Mapping[str, str],
    prefix: str,
    availability: str | None = "active",
) -> Commands:
    """
    Set the labels and the availability of this host's node.

    + managers: names of the hosts that are to manage the Swarm, the strongest first
    + labels: key to value; each key begins with the prefix
    + prefix: labels that begin so and are not wished are taken away; others are left alone
    + availability: `active`, `pause` (no new tasks) or `drain` (no tasks, not of global services
      either); None leaves it as it is
    """
    try:
        managers, labels = planned(managers), table("labels", labels)
        if reason := _wrong_node(labels, prefix, availability):
            raise WrongValueError(reason)
        seen = _seen(managers)
    except ValueError as error:
        yield fail(str(error) or None)
        return
    place, entry = seen.membership(host.name), seen.node(host.name)
    if place == "unknown" and entry is None:
        host.noop("its engine is down, and it was a member of the Swarm")
        return
    if place in {"member", "unknown"} and entry is not None:
        changes = label_changes(entry["labels"], labels, prefix)
        if not changes and availability in {None, entry["availability"]}:
            host.noop(f"{len(labels)} labels are set, and it is {entry['availability']}")
            return
    elif not labels and availability in {None, "active"}:
        host.noop("no labels are wished")
        return
    note_node(entry if place in {"member", "unknown"} else None, labels, prefix, availability)
    yield FunctionCommand(
        swarm_changes.set_node, (managers, dict(labels), prefix, availability), {}
    )


def _wrong_node(labels: Mapping[str, str], prefix: str, availability: str | None) -> str | None:
    if availability not in (*AVAILABILITIES, None):
        return f"availability is {availability!r}, not {', '.join(AVAILABILITIES)}"
    if not isinstance(prefix, str) or not prefix.isprintable() or not prefix or "=" in prefix:
        return f"{prefix!r} is no prefix of labels"
    for key, value in labels.items():
        if not key.startswith(prefix) or key == prefix or not key.isprintable() or "=" in key:
            return f"{key!r} is no label with the prefix {prefix!r}"
        if not value.isprintable():
            return f"the label {key} has the value {value!r}, which is no line of text"
    return None
