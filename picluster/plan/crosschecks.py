"""Checks across the keys of cluster.toml: what no key can be blamed for alone."""

from collections.abc import Callable, Hashable, Iterator

from picluster.plan.boards import MODELS
from picluster.plan.dockerchecks import docker_checks
from picluster.plan.draft import Draft, DraftNode
from picluster.plan.homechecks import home_checks
from picluster.plan.node import SINGLE_ROLES
from picluster.plan.problems import Finding, quote
from picluster.plan.stacknames import stack_checks
from picluster.plan.suggest import listed
from picluster.plan.thermalchecks import thermal_checks


def cross_check(draft: Draft) -> Iterator[Finding]:
    """All findings of these checks."""
    for text in _gateway(draft):
        yield Finding(("network", "gateway"), text)
    yield from thermal_checks(draft)
    yield from docker_checks(draft)
    yield from stack_checks(draft)
    yield from home_checks(draft)
    yield from _services(draft)
    yield from _duplicates(draft, "name", lambda node: node.name)
    yield from _duplicates(draft, "address", lambda node: node.address)
    yield from _duplicates(draft, "mac", lambda node: node.mac)
    yield from _single_roles(draft)
    for index, node in enumerate(draft.nodes):
        for text in _address(draft, node):
            yield Finding(("node", index, "address"), text)
        for text in _memory(node):
            yield Finding(("node", index, "memory_gb"), text)


def _gateway(draft: Draft) -> Iterator[str]:
    gateway, subnet = draft.gateway, draft.subnet
    if gateway is None or subnet is None:
        return
    if gateway not in subnet:
        yield f"{gateway} is outside the subnet {subnet}; write the router's address in it"
    elif gateway in (subnet.network_address, subnet.broadcast_address):
        yield (
            f"{gateway} is the first or last address of {subnet}, which no router has; "
            f'usually it is "{subnet.network_address + 1}"'
        )


_NEEDED: dict[str, tuple[str, ...]] = {"yarn": ("hdfs",), "spark": ("yarn", "hdfs")}


def _services(draft: Draft) -> Iterator[Finding]:
    for service, needed in _NEEDED.items():
        off = [below for below in needed if draft.enabled[below] is False]
        if draft.enabled[service] and off:
            text = (
                f"needs [{off[0]}], which is off; write enabled = false in [{service}] too, or "
                f"true in [{off[0]}]"
            )
            yield Finding((service, "enabled"), text)


def _duplicates(
    draft: Draft, key: str, value_of: Callable[[DraftNode], Hashable]
) -> Iterator[Finding]:
    first_with: dict[Hashable, int] = {}
    for index, node in enumerate(draft.nodes):
        value = value_of(node)
        if value is None:
            continue
        first = first_with.setdefault(value, index)
        if first != index:
            text = f"{quote(str(value))} is already the {key} of {draft.called(first)}"
            yield Finding(("node", index, key), f"{text}; each board needs its own")


def _single_roles(draft: Draft) -> Iterator[Finding]:
    for role in SINGLE_ROLES:
        holders = [index for index, node in enumerate(draft.nodes) if role in node.roles]
        for index in holders[1:]:
            text = f"{quote(role)} is already a role of {draft.called(holders[0])}"
            yield Finding(("node", index, "roles"), f"{text}; only one node has it")


def _address(draft: Draft, node: DraftNode) -> Iterator[str]:
    address, subnet = node.address, draft.subnet
    if address is None:
        return
    if address == draft.gateway:
        yield f"{address} is the gateway's address; choose another"
    elif subnet is None:
        return
    elif address not in subnet:
        first, last = subnet.network_address + 1, subnet.broadcast_address - 1
        yield f"{address} is outside the subnet {subnet}; choose one from {first} to {last}"
    elif address == subnet.network_address:
        yield f"{address} is the address of the network {subnet} itself; choose another"
    elif address == subnet.broadcast_address:
        yield f"{address} is the broadcast address of {subnet}; choose another"


def _memory(node: DraftNode) -> Iterator[str]:
    if node.model is None or node.memory_gb is None:
        return
    model = MODELS[node.model]
    if node.memory_gb * 1024 in model.memory_mb:
        return
    if node.memory_gb in model.memory_mb:
        yield f"counts GB, not MB; did you mean {node.memory_gb / 1024:g}?"
        return
    sold = listed([f"{size / 1024:g}" for size in model.memory_mb])
    yield f"no {model.title} was ever sold with {node.memory_gb:g} GB; write {sold}"
