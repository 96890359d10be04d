"""How many containers run at once, wherever YARN puts the one that comes first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from picluster.plan.sizing import MIN_CONTAINER_MB


@dataclass(frozen=True, slots=True)
class Offer:
    """What a node's NodeManager shares out."""

    name: str
    memory_mb: int
    """0 without a NodeManager."""
    vcores: int

    def holds(self, container_mb: int) -> int:
        """How many containers of so many MiB and one vcore fit at once."""
        return min(self.memory_mb // granted(container_mb), self.vcores)

    def after(self, container_mb: int) -> "Offer":
        """What is left when one such container runs here."""
        left = self.memory_mb - granted(container_mb)
        return replace(self, memory_mb=left, vcores=self.vcores - 1)


def granted(container_mb: int) -> int:
    """MiB that YARN gives to one who asks for so many: it rounds up in steps."""
    return -(-container_mb // MIN_CONTAINER_MB) * MIN_CONTAINER_MB


def most_beside(first_mb: int, container_mb: int, offers: Sequence[Offer]) -> int:
    """How many containers run at once beside a first one, where that stands least in their way.

    0 too where the first one fits nowhere.
    """
    return max(_beside(first_mb, container_mb, offers), default=0)


def fewest_beside(first_mb: int, container_mb: int, offers: Sequence[Offer]) -> int:
    """How many are sure to run at once beside a first one: YARN may put that anywhere."""
    return min(_beside(first_mb, container_mb, offers), default=0)


def _beside(first_mb: int, container_mb: int, offers: Sequence[Offer]) -> Iterator[int]:
    """How many there are beside the first one, for each node that it may run on."""
    everywhere = sum(offer.holds(container_mb) for offer in offers)
    for offer in offers:
        if offer.holds(first_mb):
            lost = offer.holds(container_mb) - offer.after(first_mb).holds(container_mb)
            yield everywhere - lost
