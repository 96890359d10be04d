"""`[[node]]` tables of cluster.toml, as text."""

import json
from dataclasses import dataclass

from picluster.contact.found import FoundBoard

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Entry:
    """What first contact knows of a node."""

    name: str
    address: str
    model: str
    memory_gb: float
    mac: str | None

    @classmethod
    def of(cls, name: str, board: FoundBoard) -> "Entry":
        """The entry of a usable board."""
        if board.model is None or board.memory_gb is None:
            raise ValueError(f"the board at {board.address} cannot be a node")
        return cls(name, str(board.address), board.model.name, board.memory_gb, board.mac)

    def values(self) -> dict[str, Value]:
        """Key and value of everything that is known but the name."""
        values: dict[str, Value] = {
            "address": self.address,
            "model": self.model,
            "memory_gb": int(self.memory_gb) if self.memory_gb.is_integer() else self.memory_gb,
        }
        return values | ({"mac": self.mac} if self.mac else {})

    def table(self) -> dict[str, Value]:
        """All that is known, in the order of the example."""
        return {"name": self.name, **self.values()}

    def lines(self) -> list[str]:
        """The table as text, ready to paste."""
        return ["[[node]]", *(f"{key} = {literal(value)}" for key, value in self.table().items())]


def literal(value: Value) -> str:
    """A value as TOML writes it. JSON's strings and numbers are TOML's, too."""
    return json.dumps(value, ensure_ascii=False)
