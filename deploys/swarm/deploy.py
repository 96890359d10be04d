"""The Swarm deploy, and the way back for a Swarm that has lost its quorum."""

from pyinfra import host, inventory, logger
from pyinfra.api import deploy

from deploys import preflight, thermal
from deploys.roles import managers
from deploys.swarm import settings
from facts.board import PiBoard
from operations import swarm, verify
from operations.failure import refuse as refuse_host
from operations.swarm_evidence import evidence
from picluster.plan import layout, pools
from picluster.plan.derating import stricter
from picluster.plan.swarm_notices import notices


def refuse() -> None:
    """Leaves this host alone when the Swarm, or its place in it, is not to be touched.

    All boards read the same evidence: a lost quorum or a second Swarm is refused on each of them.
    """
    seen = evidence(managers())
    if reason := seen.refusal(host.name):
        refuse_host(reason)
    cluster = host.data.cluster
    names = [node.name for node in cluster.nodes]
    found = notices(
        seen.states, seen.verdict, names, pools.swarm_pool(cluster), pools.docker_pool(cluster)
    )
    for notice in found:
        if notice not in _noticed:
            _noticed.add(notice)
            logger.warning(notice)


_noticed: set[str] = set()


@deploy("Swarm")
def apply() -> None:
    """Makes the Swarm or lets this board join it, and puts its node right."""
    preflight.apply()
    refuse()
    cluster, node, names = host.data.cluster, host.data.node, managers()
    address = str(node.address)
    swarm.create(
        name="Create the Swarm",
        managers=names,
        address=address,
        address_pool=str(pools.swarm_pool(cluster)),
    )
    swarm.certificates(
        name="Set the life of certificates",
        managers=names,
        days=cluster.swarm.certificate_days,
    )
    swarm.forget(name="Remove stale entries", managers=names, hostname=node.name)
    swarm.join(name="Join the Swarm", managers=names, address=address)
    swarm.promote(name="Promote to manager", managers=names)
    swarm.demote(name="Demote to worker", managers=names)
    board = preflight.or_leave(host.get_fact(PiBoard))
    swarm.node(
        name="Set labels and availability",
        managers=names,
        labels=settings.labels(node, board["machine"], thermal.now()["band"]),
        prefix=settings.PREFIX,
        availability=stricter(node.availability, thermal.treatment().availability),
    )
    verify.swarm(name="Verify the node", managers=names)


@deploy("Recover the Swarm")
def recover() -> None:
    """Lets a Swarm that lost its quorum go on from the manager named by --data survivor=NAME."""
    preflight.apply()
    names = {other.data.node.name: other.name for other in inventory}
    survivor = host.data.get("survivor")
    if survivor not in names:
        refuse_host(
            "name the manager whose copy of the Swarm counts from now on, one of "
            f"{', '.join(layout.managers(host.data.cluster))}: --data survivor=NAME"
            + (f" (there is no board {survivor})" if survivor else "")
        )
    swarm.recover(
        name="Go on from one manager",
        managers=managers(),
        survivor=names[survivor],
        address=str(host.data.node.address),
    )
