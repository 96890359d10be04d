"""The shapes in which Spark's executors fit into the NodeManagers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

ExecutorName = Literal["small", "medium", "large"]

SMALLEST_HEAP_MB = 470
"""Smallest heap of an executor under SerialGC. Spark ends one whose largest heap is below 450 MiB,
and SerialGC does not count one of its two survivor spaces: 470 gives 454, 460 only 445."""

OVERHEAD_MB = 384
"""Least memory beside the heap, which Spark adds by itself: spark.executor.minMemoryOverhead."""

OVERHEAD_PERCENT = 10
"""Of the heap, where this is more."""

CONTAINERS_MB: dict[ExecutorName, int] = {"small": 896, "medium": 1280, "large": 2048}
"""MiB of a container, the smallest first; multiples of YARN's step, so that nothing is lost."""


@dataclass(frozen=True, slots=True)
class ExecutorShape:
    """One size of executor, with one core each."""

    name: ExecutorName
    heap_mb: int
    """spark.executor.memory."""
    overhead_mb: int
    """spark.executor.memoryOverhead."""
    count: int
    """How many run at once when nothing else does, over all nodes."""

    @property
    def container_mb(self) -> int:
        """What YARN gives for one, in MiB."""
        return self.heap_mb + self.overhead_mb

    def to_json(self) -> dict[str, Any]:
        """Plain data; the name is the one that `pyinfra … --json` asks for."""
        return {
            "name": self.name,
            "heap_mb": self.heap_mb,
            "overhead_mb": self.overhead_mb,
            "container_mb": self.container_mb,
            "count": self.count,
        }


def executor_shapes(nodes: Iterable[tuple[int, int]]) -> tuple[ExecutorShape, ...]:
    """The shapes that fit at least once; none where no node can carry an executor.

    A node is (MiB of its NodeManager, its vcores).
    """
    offered = list(nodes)
    shapes = []
    for name, container in CONTAINERS_MB.items():
        count = sum(min(memory // container, cores) for memory, cores in offered)
        if count:
            heap = heap_of(container)
            shapes.append(ExecutorShape(name, heap, container - heap, count))
    return tuple(shapes)


def heap_of(container_mb: int) -> int:
    """The largest heap in a container of so many MiB, beside Spark's overhead."""
    by_share = container_mb * 100 // (100 + OVERHEAD_PERCENT)
    return min(container_mb - OVERHEAD_MB, by_share)
