"""Spark: the size of its executors, how many run at once, and on which nodes its files lie."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from picluster.plan.containers import Offer, fewest_beside, most_beside
from picluster.plan.executors import ExecutorShape, executor_shapes
from picluster.plan.sections import Spark

AM_HEAP_MB = 256
AM_OVERHEAD_MB = 128
"""Of an application master in client mode: it took 156 to 158 MiB in all jobs of the lab."""

DRIVER_HEAP_MB = 512
"""The smallest heap of the executors' kind: Spark's rule of 450 MiB holds for a driver, too."""

DRIVER_OVERHEAD_MB = 384
"""In cluster mode, as an executor's: Spark's own least."""

AM_MB = AM_HEAP_MB + AM_OVERHEAD_MB
"""MiB of the application master's container in client mode."""

DRIVER_MB = DRIVER_HEAP_MB + DRIVER_OVERHEAD_MB
"""MiB of the driver's container in cluster mode, where the driver is the application master."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where Spark's parts can run."""

    offers: tuple[Offer, ...]
    """Of all nodes, in the order of cluster.toml."""
    head: str
    """Where jobs are submitted."""
    history: str
    """Where the history server runs."""
    head_has_driver: bool
    """Whether memory is set aside on the head for a driver in client mode."""

    def client_mode(self, container_mb: int) -> bool:
        """Whether a job with executors of this size runs in client mode, wherever YARN puts its
        application master."""
        return self.head_has_driver and self.beside_master(container_mb)

    def cluster_mode(self, container_mb: int) -> bool:
        """Whether one runs in cluster mode, wherever YARN puts its driver."""
        return fewest_beside(DRIVER_MB, container_mb, self.offers) > 0

    def beside_master(self, container_mb: int) -> bool:
        """Whether an executor is sure to run beside an application master."""
        return fewest_beside(AM_MB, container_mb, self.offers) > 0

    def works(self, container_mb: int) -> bool:
        """Whether jobs with executors of this size run in one mode at least."""
        return self.beside_master(container_mb) and (
            self.head_has_driver or self.cluster_mode(container_mb)
        )


@dataclass(frozen=True, slots=True)
class SparkPlan:
    """Spark on YARN. All sizes in MiB."""

    version: str
    executor: ExecutorShape
    max_executors: int
    """How many run at once beside one application master."""
    nodes: tuple[str, ...]
    """Those with Spark's files: a NodeManager that can carry an application master, the head, and
    the history server's node. In the order of cluster.toml."""
    executor_nodes: tuple[str, ...]
    """Those whose NodeManager can carry an executor."""
    head: str
    """Node on which jobs are submitted: the ResourceManager's."""
    history: str
    """Node of the history server."""
    client_mode: bool
    """Whether the head has memory set aside for a driver."""
    cluster_mode: bool
    """Whether a driver's container and an executor run at once, wherever YARN puts the driver."""
    am_heap_mb: int = AM_HEAP_MB
    """spark.yarn.am.memory."""
    am_overhead_mb: int = AM_OVERHEAD_MB
    """spark.yarn.am.memoryOverhead."""
    driver_heap_mb: int = DRIVER_HEAP_MB
    """spark.driver.memory."""
    driver_overhead_mb: int = DRIVER_OVERHEAD_MB
    """spark.driver.memoryOverhead, which counts in cluster mode."""

    def to_json(self) -> dict[str, Any]:
        """Plain data; the name is the one that `pyinfra … --json` asks for."""
        return {
            "version": self.version,
            "executor": self.executor.to_json(),
            "max_executors": self.max_executors,
            "am_heap_mb": self.am_heap_mb,
            "am_overhead_mb": self.am_overhead_mb,
            "driver_heap_mb": self.driver_heap_mb,
            "driver_overhead_mb": self.driver_overhead_mb,
            "client_mode": self.client_mode,
            "cluster_mode": self.cluster_mode,
            "nodes": list(self.nodes),
            "executor_nodes": list(self.executor_nodes),
            "head": self.head,
            "history": self.history,
        }


def spark_plan(wish: Spark, places: Places) -> SparkPlan | None:
    """The plan for Spark; None where its jobs, or executors of the wished size, find no room."""
    shape = _chosen(_shapes(wish, places), places)
    if shape is None:
        return None
    size = shape.container_mb
    return SparkPlan(
        version=wish.version,
        executor=shape,
        max_executors=most_beside(AM_MB, size, places.offers),
        nodes=tuple(
            offer.name
            for offer in places.offers
            if offer.holds(AM_MB) or offer.name in {places.head, places.history}
        ),
        executor_nodes=tuple(offer.name for offer in places.offers if offer.holds(size)),
        head=places.head,
        history=places.history,
        client_mode=places.client_mode(size),
        cluster_mode=places.cluster_mode(size),
    )


def _shapes(wish: Spark, places: Places) -> Iterable[ExecutorShape]:
    """Those that may be chosen."""
    shapes = executor_shapes((offer.memory_mb, offer.vcores) for offer in places.offers)
    return [
        shape
        for shape in shapes
        if wish.executor in (None, shape.name) and places.works(shape.container_mb)
    ]


def _chosen(shapes: Iterable[ExecutorShape], places: Places) -> ExecutorShape | None:
    """The shape of which most run at once beside an application master.

    Among equals those with which cluster mode works, too, and of these the largest.
    """

    def worth(shape: ExecutorShape) -> tuple[int, bool, int]:
        size = shape.container_mb
        return most_beside(AM_MB, size, places.offers), places.cluster_mode(size), size

    return max(shapes, key=worth, default=None)
