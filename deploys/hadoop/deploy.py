"""What HDFS and YARN have in common on every board: users, Java and the programs."""

from pyinfra import host

from deploys import thermal
from operations import artefact, hadoop
from picluster.artefacts import HADOOP, SPARK, Archive, places
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
    present = plan.only("namenode") is not None
    # One question for both, although Spark's deploy comes later.
    artefact.expect([HADOOP, SPARK[host.data.cluster.spark.version]])
    hadoop.accounts(name="Keep Hadoop's users", present=present)
    hadoop.programs(name="Install Java", present=present, hold=thermal.hold())
    spread("Hadoop", HADOOP, offered=present, present=present)


def spread(title: str, archive: Archive, *, offered: bool, present: bool) -> None:
    """Installs an archive on this host.

    The controller sends it to the NameNode's board alone; the others take it from there.

    + title: what people call it
    + offered: whether any host needs it
    + present: whether this host needs it; where not, what is there stays
    """
    plan = host.data.plan
    seed = plan.only("namenode")
    # Of the board that has them where none is to: it offers nothing, so no address is used.
    address = str(plan.node(seed or host.data.node.name).node.address)
    artefact.offer(
        name=f"Offer {title} to the other boards",
        archive=archive,
        store=str(root() / ".picluster" / "artefacts"),
        address=address,
        allowed=[str(planned.node.address) for planned in plan.nodes],
        present=offered and host.data.node.name == seed,
    )
    artefact.install(
        name=f"Install {title}",
        archive=archive,
        source=places.source(address),
        present=present,
    )


def units_of(wished: Daemon, digests: dict[str, str]) -> dict[str, str]:
    """The daemon's unit with its digest, where this host has it.

    + digests: of all that this host has
    """
    return {wished.unit: digests[wished.unit]} if wished.unit in digests else {}
