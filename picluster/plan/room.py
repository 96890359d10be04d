"""How much memory each node has left while the plan is made."""

from dataclasses import dataclass, field

from picluster.plan.config import ClusterConfig
from picluster.plan.daemons import HEAP_MB, RESIDENT_MB, HadoopRole
from picluster.plan.memory import USABLE_MB
from picluster.plan.node import Node
from picluster.plan.shares import Carried, Share, base_shares
from picluster.plan.wording import TITLES


@dataclass(slots=True)
class Room:
    """One node's sum, to which roles are added."""

    node: Node
    usable_mb: int
    base: list[Share]
    """What goes off before Hadoop."""
    cautious_mb: int
    """What goes off before Hadoop if this node carried all that the cluster has, in MiB. What is
    placed by it stays when weaker boards come and change who carries what."""
    roles: list[HadoopRole] = field(default_factory=list)
    added: list[Share] = field(default_factory=list)
    """What Hadoop was given."""

    @property
    def left_mb(self) -> int:
        """MiB that nobody has yet; below zero where more is asked than there is."""
        return self.usable_mb - sum(share.mb for share in self.shares)

    @property
    def cautious_left_mb(self) -> int:
        """MiB that were left if this node carried all that the cluster has."""
        return self.usable_mb - self.cautious_mb - sum(share.mb for share in self.added)

    @property
    def shares(self) -> list[Share]:
        """All lines of the sum."""
        return [*self.base, *self.added]

    def add(self, role: HadoopRole, reason: str) -> None:
        """Gives the role to this node."""
        self.roles.append(role)
        size = f"resident as measured, with a heap of {HEAP_MB[role]}"
        self.added.append(Share(TITLES[role], RESIDENT_MB[role], f"{reason}; {size}"))

    @property
    def account(self) -> str:
        """The sum in words, for messages."""
        lines = ", ".join(f"{share.what} {share.mb}" for share in self.shares)
        return f"{self.left_mb} MiB are left of {self.usable_mb} ({lines})"


def rooms_of(config: ClusterConfig) -> list[Room]:
    """A room for each node, in the order of cluster.toml, before any role of Hadoop."""
    carried = Carried.planned(config)
    return [_room(config, node, carried) for node in config.nodes]


def _room(config: ClusterConfig, node: Node, carried: Carried) -> Room:
    everything = base_shares(config, node, Carried.everything(config, node))
    return Room(
        node=node,
        usable_mb=USABLE_MB[node.memory_mb],
        base=list(base_shares(config, node, carried)),
        cautious_mb=sum(share.mb for share in everything),
    )
