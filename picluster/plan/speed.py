"""How fast the boards are in HPL, as others have measured it. All figures in GFLOPS.

HPL (High-Performance Linpack) solves one dense system of linear equations in double precision. It
is what the lists of supercomputers go by, and the best that a processor does: jobs of Spark come
nowhere near it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from picluster.plan.boards import MODELS, Model
from picluster.plan.config import ClusterConfig
from picluster.plan.node import Node

PUBLISHED: Mapping[str, float | Mapping[int, float]] = MappingProxyType(
    {
        "Zero 2 W": 0.370,
        "4B": 11.889,
        "400": 11.077,
        "CM4": 11.433,
        "5": MappingProxyType({8192: 35.169, 16384: 37.888}),
        "CM5": 32.152,
        "500": 35.586,
    }
)
"""One board alone, by model; of the Pi 5 by its memory in MiB.

Source: geerlingguy/top500-benchmark, the table of results in its README as of April 2026. They
depend on tuning: earlier versions of that table have 30.2 for a Pi 5 and 31.5 for a CM5.
"""

CLUSTER_BOUND_BCM2837 = 60 / 16
"""What a 3B or 3B+ gave at most in a cluster of 16, each: nobody measured one alone.

Source: Basford and others, "Performance analysis of single board computer clusters", Future
Generation Computer Systems 102 (2020) 278-291: of clusters of 16 Raspberry Pi 3B, 3B+ and Odroid C2
the best, that of Odroids, reached 60.
"""

LINK_MBITS: Mapping[str, int | None] = MappingProxyType(
    {"gigabit": 1000, "gigabit-usb2": 300, "fast-ethernet": 100, "none": None}
)
"""Mbit/s of a board's wired network at best, by `boards.Network`; the vendor's own figures."""


@dataclass(frozen=True, slots=True)
class BoardSpeed:
    """How fast one node is by itself."""

    name: str
    gflops: float | None
    """As published for such a board; None where nobody published it."""
    at_most: float | None
    """The published figure, else a bound from boards of its kind; None where there is none."""
    link_mbits: int | None
    """None for a board without a wired port of its own."""

    @property
    def operations_per_byte(self) -> float | None:
        """Floating-point operations that the board could do while one byte comes by its network.

        A job that does fewer with each byte it is sent waits for the network, not the processor.
        """
        if self.at_most is None or self.link_mbits is None:
            return None
        return self.at_most * 1e9 / (self.link_mbits * 1e6 / 8)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "name": self.name,
            "gflops": self.gflops,
            "at_most_gflops": self.at_most,
            "link_mbits": self.link_mbits,
        }


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast the boards are, each by itself, and what that adds up to."""

    boards: tuple[BoardSpeed, ...]
    """In the order of cluster.toml."""

    @property
    def published_gflops(self) -> float:
        """The sum of the boards whose figure was published."""
        return sum(board.gflops or 0 for board in self.boards)

    @property
    def at_most_gflops(self) -> float:
        """The sum with bounds for those whose figure was not: no cluster of them is faster."""
        return sum(board.at_most or 0 for board in self.boards)

    @property
    def in_step_gflops(self) -> float | None:
        """What is left of the sum when each board gets an equal share of the work, as in HPL.

        All then wait for the slowest. None where a board has neither figure nor bound.
        """
        known = [board.at_most for board in self.boards if board.at_most is not None]
        return len(known) * min(known) if len(known) == len(self.boards) else None

    @property
    def without_figure(self) -> tuple[str, ...]:
        """Nodes that are not in `published_gflops`."""
        return tuple(board.name for board in self.boards if board.gflops is None)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        in_step = self.in_step_gflops
        return {
            "published_gflops": round(self.published_gflops, 1),
            "at_most_gflops": round(self.at_most_gflops, 1),
            "in_step_gflops": None if in_step is None else round(in_step, 1),
            "without_figure": list(self.without_figure),
            "boards": [board.to_json() for board in self.boards],
        }


def published(model: Model, memory_mb: int) -> float | None:
    """The published figure of such a board; None where there is none."""
    figure = PUBLISHED.get(model.name)
    return figure.get(memory_mb) if isinstance(figure, Mapping) else figure


def bound(model: Model) -> float | None:
    """The most that was published for a board with this processor; None where nothing was."""
    if model.soc == "BCM2837":
        return CLUSTER_BOUND_BCM2837
    return max(
        (
            figure
            for other in MODELS.values()
            if other.soc == model.soc
            for memory_mb in other.memory_mb
            if (figure := published(other, memory_mb)) is not None
        ),
        default=None,
    )


_BOUNDS = {model.name: bound(model) for model in MODELS.values()}


def speed_of(node: Node) -> BoardSpeed:
    """How fast this node is by itself."""
    gflops = published(node.board, node.memory_mb)
    at_most = _BOUNDS[node.model] if gflops is None else gflops
    return BoardSpeed(node.name, gflops, at_most, LINK_MBITS[node.board.network])


def speed(config: ClusterConfig) -> Speed:
    """How fast the boards of this cluster are."""
    return Speed(tuple(map(speed_of, config.nodes)))
