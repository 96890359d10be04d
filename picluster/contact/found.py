"""A board that answered: what it says of itself, and what stands against it as a node."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from ipaddress import IPv4Address
from typing import Any

from picluster.plan.boards import MODELS, Model
from picluster.plan.preflight import ARCHITECTURES


@dataclass(frozen=True, slots=True)
class FoundBoard:
    """The answer of the fact PiBoard, as far as first contact needs it."""

    address: IPv4Address
    is_pi: bool
    revision: str | None
    model: Model | None
    title: str | None
    memory_mb: int | None
    serial: str | None
    mac: str | None
    machine: str
    architecture: str

    @classmethod
    def from_fact(cls, address: IPv4Address, fact: Mapping[str, Any]) -> "FoundBoard":
        """The board at an address from the fact's data."""
        said: dict[str, Any] = {field.name: fact.get(field.name) for field in fields(cls)}
        return cls(**(said | {"address": address, "model": MODELS.get(fact["model"])}))

    @property
    def memory_gb(self) -> float | None:
        """Memory as sold, in GB; None where it is not known."""
        return None if self.memory_mb is None else self.memory_mb / 1024

    @property
    def usable(self) -> bool:
        """Whether cluster.toml can name it."""
        return (
            self.is_pi
            and self.model is not None
            and self.model.bits64
            and self.memory_mb is not None
        )

    @property
    def strength(self) -> tuple[int, int, int]:
        """To sort by, the strongest last: memory first, then cores times clock, then address."""
        speed = self.model.cores * self.model.clock_mhz if self.model else 0
        return self.memory_mb or 0, speed, -int(self.address)

    def warnings(self) -> Iterator[str]:
        """What its owner should know before it becomes a node."""
        if not self.is_pi:
            yield "this is no Raspberry Pi; left out"
            return
        if self.model is None:
            yield (
                f"{self.title or 'this board'} (revision {self.revision or 'unknown'}) is a model "
                "that this version does not know; left out"
            )
        elif not self.model.bits64:
            yield f"a {self.title} is 32-bit, and every node runs a 64-bit system; left out"
        elif ARCHITECTURES.get(self.machine) != self.architecture:
            yield (
                f"it runs a 32-bit system ({self.architecture} on {self.machine}); write the "
                "64-bit Raspberry Pi OS Lite to its card"
            )
        if self.model and self.memory_mb not in self.model.memory_mb:
            yield f"{self.memory_mb} MB is no size that a {self.model.title} was sold with"
