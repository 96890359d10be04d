"""The power budget: what the boards take, and the supply that they need. All figures in W.

What a model takes, with its sources, stands in `boards`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from picluster.plan.config import ClusterConfig
from picluster.plan.node import Node

BOARD_VOLTS = 5.1
"""Voltage that the vendor's supplies give a board, and that its figures in A are meant at
(raspberrypi/documentation, page power-supplies)."""

DISK_W = 4.5
"""What a disk for data takes at most: the 0.9 A at 5 V that a USB 3.0 port owes one device
(Universal Serial Bus 3.0 Specification, section 11.4.1). An SSD takes half of it."""

PEAK = 1.2
"""How far peaks stand above the measured load, which is an average of many minutes: boards that
start together, radio, the card. A choice."""

FILL = 0.8
"""Share of what is printed on a supply that is asked of it for long: above it a supply gets hot,
ages, and holds its voltage worst. A choice, the usual rule of electricians for continuous load."""

HEADROOM = PEAK / FILL
"""A supply is to give so many times what the boards take with all cores busy: 1.5."""


@dataclass(frozen=True, slots=True)
class BoardPower:
    """What one node takes, its disk for data included in `load_w`."""

    name: str
    idle_w: float | None
    load_w: float | None
    """All cores busy; None where nobody published it."""
    nameplate_w: float | None
    """The supply that the vendor recommends for this board alone, USB devices included."""

    @property
    def most_w(self) -> float | None:
        """The load where it is known, else the nameplate, which is never less."""
        return self.nameplate_w if self.load_w is None else self.load_w

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "name": self.name,
            "idle_w": self.idle_w,
            "load_w": self.load_w,
            "nameplate_w": self.nameplate_w,
        }


@dataclass(frozen=True, slots=True)
class PowerBudget:
    """What all boards take together. The sums are those of the boards whose figure is known."""

    boards: tuple[BoardPower, ...]
    """In the order of cluster.toml."""

    @property
    def idle_w(self) -> float:
        """Nothing to do."""
        return sum(board.idle_w or 0 for board in self.boards)

    @property
    def load_w(self) -> float:
        """All cores of all boards busy; by its nameplate where a board's load is not known."""
        return sum(board.most_w or 0 for board in self.boards)

    @property
    def nameplate_w(self) -> float:
        """What the vendor's own supplies would give together."""
        return sum(board.nameplate_w or 0 for board in self.boards)

    @property
    def needed_w(self) -> float:
        """What should be printed on a supply for all of them: HEADROOM times the load."""
        return HEADROOM * self.load_w

    @property
    def without_idle(self) -> tuple[str, ...]:
        """Nodes that are not in `idle_w`."""
        return tuple(board.name for board in self.boards if board.idle_w is None)

    @property
    def without_load(self) -> tuple[str, ...]:
        """Nodes that are not in `load_w`: neither a load nor a nameplate was published."""
        return tuple(board.name for board in self.boards if board.most_w is None)

    @property
    def without_nameplate(self) -> tuple[str, ...]:
        """Nodes that are not in `nameplate_w`, such as compute modules: their carrier has one."""
        return tuple(board.name for board in self.boards if board.nameplate_w is None)

    def busy_at_once(self, watts: float) -> int:
        """How many boards can have all cores busy while the others idle, the hungriest first.

        + watts: that the boards may take together. 0 also where they cannot even idle on it.
        """
        taken, busy = self.idle_w, 0
        for board in sorted(self.boards, key=lambda board: board.most_w or 0, reverse=True):
            taken += (board.most_w or 0) - (board.idle_w or 0)
            if taken > watts:
                break
            busy += 1
        return busy

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "idle_w": round(self.idle_w, 1),
            "load_w": round(self.load_w, 1),
            "nameplate_w": round(self.nameplate_w, 1),
            "needed_w": round(self.needed_w, 1),
            "without_idle": list(self.without_idle),
            "without_load": list(self.without_load),
            "without_nameplate": list(self.without_nameplate),
            "boards": [board.to_json() for board in self.boards],
        }


def power_of(node: Node) -> BoardPower:
    """What this node takes."""
    board = node.board
    disk = DISK_W if node.storage is not None else 0
    load = None if board.load_w is None else board.load_w + disk
    return BoardPower(node.name, board.idle_w, load, board.supply_w)


def power_budget(config: ClusterConfig) -> PowerBudget:
    """The budget of this cluster."""
    return PowerBudget(tuple(map(power_of, config.nodes)))


def amperes(watts: float) -> float:
    """The current in A at the voltage of a board."""
    return watts / BOARD_VOLTS


def heaviest(boards: Sequence[BoardPower]) -> BoardPower:
    """The board that takes most; of equals the first."""
    return max(boards, key=lambda board: board.most_w or 0)
