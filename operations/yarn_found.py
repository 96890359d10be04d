"""Where YARN's ResourceManager is, and what it says: asked once for all hosts."""

from dataclasses import dataclass
from typing import Any

from facts.yarn import ResourceManager
from operations import peers
from picluster.plan.hadoop_paths import YARN_EXCLUDE, YARN_HOSTS
from picluster.plan.yarn import ManagerState


@dataclass(frozen=True, slots=True)
class Where:
    """The ResourceManager, as every host knows it from the plan."""

    host: str
    """Name of its host in the inventory."""
    address: str
    """IPv4 address that it listens at."""
    include: str = YARN_HOSTS
    """Path of the list of nodes that may come."""
    exclude: str = YARN_EXCLUDE
    """Path of the list of nodes that have to go."""

    def to_json(self) -> dict[str, Any]:
        """Plain data, as `pyinfra … --json` shows an operation's arguments."""
        return {"host": self.host, "address": self.address}


def manager_of(where: Where) -> ManagerState | None:
    """What the ResourceManager says; None where its board does not tell."""
    return peers.ask(
        where.host,
        ResourceManager,
        address=where.address,
        include=where.include,
        exclude=where.exclude,
    )


def manager_now(where: Where) -> ManagerState | None:
    """The same, for one who waits: at most a second old, however many wait at once."""
    peers.look_again()
    return manager_of(where)
