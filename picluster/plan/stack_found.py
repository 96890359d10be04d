"""What a Swarm's managers say of its stacks, and how that differs from what is wished: pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypedDict

from picluster.plan.problems import quote
from picluster.plan.stack import Blob, StackWish


class FoundService(TypedDict):
    """A service of a stack; never its environment, which may hold secrets."""

    id: str
    name: str
    stack: str
    wish: str
    """Digest of the wish that it was deployed from, empty where it is not ours."""
    spec: str
    """Fingerprint of what it was right after its deploy, empty until its tasks ran."""
    fingerprint: str
    """The same of what it is now."""
    replicas: int | None
    """Of a replicated service how many tasks; None of a global one."""
    restarts: bool
    """Its tasks are started again whenever they end."""
    update: str
    """State of its last update, such as updating, paused or completed; empty without one."""
    template: str
    """Fingerprint of what its tasks should be."""


class FoundTask(TypedDict):
    """A task of a service: one start of its container on one node."""

    id: str
    service: str
    """The service's ID."""
    slot: int
    """0 for tasks of a global service."""
    node: str
    """Host name, empty while the task has no node."""
    desired: str
    state: str
    error: str
    exited: bool
    """Its container has run and ended."""
    template: str
    """Fingerprint of what it is, to be compared with its service's."""


class FoundObject(TypedDict):
    """A network, config or secret of a stack; never its content."""

    id: str
    name: str
    stack: str
    digest: str
    """As our label says; empty where it is not ours."""


class StacksState(TypedDict):
    """All stacks of a Swarm."""

    services: list[FoundService]
    networks: list[FoundObject]
    configs: list[FoundObject]
    secrets: list[FoundObject]
    tasks: list[FoundTask] | None
    """None where they were not asked for."""


@dataclass(frozen=True, slots=True)
class StackChanges:
    """What has to be done so that a stack is as wished."""

    reasons: tuple[str, ...] = ()
    """In words; empty where nothing differs."""
    deploy: bool = False
    create: tuple[Blob, ...] = ()
    networks: tuple[FoundObject, ...] = ()
    """To be removed."""
    old: tuple[tuple[str, FoundObject], ...] = ()
    """Configs and secrets to be removed, each with its kind."""
    impossible: str | None = None
    """Why Docker cannot make it as wished, and what to do."""


def services_of(found: StacksState, stack: str) -> list[FoundService]:
    """The services of one stack."""
    return [service for service in found["services"] if service["stack"] == stack]


def compare(wish: StackWish, found: StacksState) -> StackChanges:
    """How a stack differs from what is wished."""
    present = services_of(found, wish.name)
    networks = [network for network in found["networks"] if network["stack"] == wish.name]
    missing = set(wish.networks) - {network["name"] for network in networks}
    deploys = list(_services(wish, present))
    deploys += [f"the network {name} is missing" for name in sorted(missing)]
    gone = tuple(network for network in networks if network["name"] not in wish.networks)
    there = {
        (kind, entry["name"])
        for kind, entries in (("configs", found["configs"]), ("secrets", found["secrets"]))
        for entry in entries
        if entry["stack"] == wish.name
    }
    create = tuple(blob for blob in wish.blobs if (blob.kind, blob.name) not in there)
    old = tuple(
        (kind, entry)
        for kind, entry in objects_of(found, wish.name)
        if (kind, entry["name"]) not in {(blob.kind, blob.name) for blob in wish.blobs}
    )
    reasons = [*deploys, *(f"{blob.name} is missing among the {blob.kind}" for blob in create)]
    reasons += [f"the network {network['name']} is not used any more" for network in gone]
    reasons += [f"{entry['name']} is not used any more" for _, entry in old]
    changed = [
        network["name"]
        for network in networks
        if network["digest"] and wish.networks.get(network["name"], "") != network["digest"]
        if network["name"] in wish.networks
    ]
    return StackChanges(
        tuple(reasons), bool(deploys), create, gone, old, _impossible(wish.name, changed)
    )


def objects_of(found: StacksState, stack: str) -> Iterator[tuple[str, FoundObject]]:
    """Configs and secrets that were made for a stack by us, each with its kind."""
    for kind, entries in (("configs", found["configs"]), ("secrets", found["secrets"])):
        for entry in entries:
            if entry["stack"] == stack and entry["digest"]:
                yield kind, entry


def _services(wish: StackWish, present: list[FoundService]) -> Iterator[str]:
    by_name = {service["name"]: service for service in present}
    for name in wish.services:
        service = by_name.get(name)
        if service is None:
            yield f"the service {name} is missing"
        elif service["wish"] != wish.digest:
            yield f"the service {name} was deployed from something else"
        elif not service["spec"]:
            yield f"the deploy of the service {name} has not come to its end"
        elif service["spec"] != service["fingerprint"]:
            yield f"the service {name} was changed since its deploy"
    for name in by_name:
        if name not in wish.services:
            yield f"the service {name} is not in the compose file"


def _impossible(stack: str, changed: list[str]) -> str | None:
    if not changed:
        return None
    names = ", ".join(quote(name) for name in changed)
    return (
        f"the stack {stack} defines {names} otherwise now, and Docker changes no network that is "
        f"there: remove the stack once (its volumes stay) by sudo docker stack rm {stack} on a "
        "manager, and run again; or give the network another name"
    )


def strangers(found: StacksState, wished: set[str]) -> list[str]:
    """Stacks that we have deployed, and that nobody wishes any more."""
    ours = {service["stack"] for service in found["services"] if service["wish"]}
    return sorted(ours - wished)
