"""Why a board's part in Spark is refused."""

from pyinfra import host

from deploys import preflight
from deploys.roles import hosts
from facts.system import System, SystemState
from operations import peers
from operations.failure import refuse as refuse_host
from picluster.plan.spark_releases import other_release


def refuse() -> None:
    """Leaves this host alone when its Python is of another Debian than the head's.

    Nothing is asked where only one release is accepted: the preflight has looked at that.
    """
    plan, releases = host.data.plan.spark, host.data.cluster.system.release
    name = host.data.node.name
    if plan is None or name not in plan.nodes or name == plan.head or len(releases) < 2:
        return
    own, heads = _release(host.name), _release(hosts()[plan.head])
    # A head that does not answer refuses itself.
    if own and heads and own != heads:
        refuse_host(other_release(name, own, plan.head, heads))


def _release(name: str) -> str | None:
    """A host's release; None where it does not tell."""
    # The head's preflight may come after this host's, and not at all under --limit.
    if known := preflight.release(name):
        return known
    found: SystemState | None = peers.ask(name, System)
    return found and found["codename"]
