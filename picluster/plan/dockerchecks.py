"""Checks across the keys of [docker], of [swarm] and of the roles that go with them."""

from collections.abc import Iterator

from picluster.plan.draft import Draft
from picluster.plan.pools import DOCKER_CANDIDATES, SWARM_CANDIDATES, free_pool
from picluster.plan.problems import Finding, quote


def docker_checks(draft: Draft) -> Iterator[Finding]:
    """All findings of these checks."""
    if draft.docker_source == "debian" and draft.has_docker_version:
        text = "Debian's release decides the version of docker.io; leave version out"
        yield Finding(("docker", "version"), text)
    for text in _docker_pool(draft):
        yield Finding(("docker", "address_pool"), text)
    for text in _managers(draft):
        yield Finding(("swarm", "managers"), text)
    for text in _swarm_pool(draft):
        yield Finding(("swarm", "address_pool"), text)


def _docker_pool(draft: Draft) -> Iterator[str]:
    pool, subnet = draft.docker_pool, draft.subnet
    if pool is not None and subnet is not None and pool.overlaps(subnet):
        free = free_pool(DOCKER_CANDIDATES, (subnet, draft.swarm_pool))
        yield (
            f"{pool} overlaps the subnet of the boards, {subnet}; write {quote(str(free))} or "
            "leave the key out"
        )


def _swarm_pool(draft: Draft) -> Iterator[str]:
    pool, subnet = draft.swarm_pool, draft.subnet
    if pool is None:
        return
    free = free_pool(SWARM_CANDIDATES, (subnet, draft.docker_pool))
    advice = f"write {quote(str(free))} or leave the key out"
    if subnet is not None and pool.overlaps(subnet):
        yield f"{pool} overlaps the subnet of the boards, {subnet}; {advice}"
    if draft.docker_pool is not None and pool.overlaps(draft.docker_pool):
        yield f"{pool} overlaps the address_pool of [docker], {draft.docker_pool}; {advice}"


def _managers(draft: Draft) -> Iterator[str]:
    nodes, managers = len(draft.nodes), draft.managers
    if nodes == 0:
        return
    most = min(nodes if nodes % 2 else nodes - 1, 7)
    if managers is not None and managers > nodes:
        yield f"{managers} managers, but only {_boards(nodes)}; write {most} or leave the key out"
    pinned = sum("manager" in node.roles for node in draft.nodes)
    having = f'{_boards(pinned)} have the role "manager"'
    if pinned > most:
        allowed = "1 manager" if most == 1 else f"{most} managers"
        yield (
            f"{having}, but a cluster of {nodes} can have {allowed} at most; leave the role on "
            f"{most} of them, and write {most} here"
        )
    elif managers is not None and pinned > managers:
        odd = pinned if pinned % 2 else pinned + 1
        yield (
            f"{having}, but the number of managers is {managers}; write {odd}, or leave the role "
            f"on {managers} of them"
        )


def _boards(count: int) -> str:
    return "1 board" if count == 1 else f"{count} boards"
