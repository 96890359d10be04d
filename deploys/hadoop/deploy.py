"""What HDFS and YARN have in common on every board: users, Java and the programs."""

from pyinfra import host

from operations import artefact, hadoop
from picluster.artefacts import HADOOP, places
from picluster.plan.hadoop_daemons import Daemon
from picluster.project import root

_installed: set[str] = set()


def install() -> None:
    """Keeps users, Java and the programs on this host; each deploy calls it, and it acts once.

    The controller sends the archive to the NameNode's board alone; the others take it from there.
    Where the plan has no HDFS the programs go; users stay, since files are theirs.
    """
    if host.name in _installed:
        return
    _installed.add(host.name)
    plan = host.data.plan
    seed = plan.only("namenode")
    present = seed is not None
    # Of the board that has them where none is to: it offers nothing, so no address is used.
    address = str(plan.node(seed or host.data.node.name).node.address)
    hadoop.accounts(name="Keep Hadoop's users", present=present)
    hadoop.programs(name="Install Java", present=present)
    artefact.offer(
        name="Offer Hadoop to the other boards",
        archive=HADOOP,
        store=str(root() / ".picluster" / "artefacts"),
        address=address,
        allowed=[str(planned.node.address) for planned in plan.nodes],
        present=host.data.node.name == seed,
    )
    artefact.install(
        name="Install Hadoop",
        archive=HADOOP,
        source=places.source(address),
        present=present,
    )


def units_of(wished: Daemon, digests: dict[str, str]) -> dict[str, str]:
    """The daemon's unit with its digest, where this host has it.

    + digests: of all that this host has
    """
    return {wished.unit: digests[wished.unit]} if wished.unit in digests else {}
