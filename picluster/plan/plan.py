"""The plan: who does what, and how much of each board each part may take."""

from dataclasses import dataclass
from typing import Any

from picluster.plan import sizing
from picluster.plan.config import ClusterConfig
from picluster.plan.containers import Offer
from picluster.plan.daemons import ROLES, HadoopRole
from picluster.plan.errors import UserError
from picluster.plan.executors import ExecutorShape, executor_shapes
from picluster.plan.masters import place_masters
from picluster.plan.node import Node
from picluster.plan.refusals import no_workers, overcommitted, too_many_replicas
from picluster.plan.room import Room, rooms_of
from picluster.plan.shares import Share
from picluster.plan.spark import Places, SparkPlan, spark_plan
from picluster.plan.spark_refusals import no_jobs_of_spark
from picluster.plan.workers import (
    SUBMITTED_JOBS,
    place_datanodes,
    place_driver,
    place_nodemanagers,
)


class PlanError(UserError):
    """Raised for a cluster that cannot be planned; holds all reasons, each with what to change."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        lines = "".join(f"\n  - {reason}." for reason in reasons)
        super().__init__(
            f"The boards of cluster.toml cannot carry what it asks for; no board was contacted."
            f"{lines}"
        )


@dataclass(frozen=True, slots=True)
class NodePlan:
    """What one node does for Hadoop, and its sum. All sizes in MiB."""

    node: Node
    roles: tuple[HadoopRole, ...]
    usable_mb: int
    """What is planned with; a board whose MemTotal is lower is refused."""
    shares: tuple[Share, ...]
    """Who gets what, YARN's containers not included. Never more than usable_mb together."""
    yarn_mb: int
    """What the NodeManager gives to containers; 0 without one."""
    vcores: int
    """0 without a NodeManager."""
    rack: str

    @property
    def taken_mb(self) -> int:
        """What everything but YARN's containers takes."""
        return sum(share.mb for share in self.shares)

    @property
    def left_mb(self) -> int:
        """What nobody has."""
        return self.usable_mb - self.taken_mb - self.yarn_mb

    def to_json(self) -> dict[str, Any]:
        """Plain data; the name is the one that `pyinfra … --json` asks for."""
        return {
            "name": self.node.name,
            "roles": list(self.roles),
            "usable_mb": self.usable_mb,
            "shares": [
                {"what": share.what, "mb": share.mb, "reason": share.reason}
                for share in self.shares
            ],
            "yarn_mb": self.yarn_mb,
            "vcores": self.vcores,
            "left_mb": self.left_mb,
            "rack": self.rack,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole cluster. Made by `make_plan`, never changed. All sizes in MiB."""

    nodes: tuple[NodePlan, ...]
    """In the order of cluster.toml."""
    replication: int
    """0 without HDFS."""
    block_mb: int
    min_container_mb: int
    max_container_mb: int
    """0 without YARN."""
    namenode_handlers: int
    datanode_handlers: int
    executors: tuple[ExecutorShape, ...]
    """Shapes that fit somewhere, the smallest first."""
    spark: SparkPlan | None
    """None where it is off."""

    def node(self, name: str) -> NodePlan:
        """The plan of the node of this name. Raises KeyError where there is none."""
        for planned in self.nodes:
            if planned.node.name == name:
                return planned
        raise KeyError(name)

    def having(self, role: HadoopRole) -> tuple[str, ...]:
        """Names of the nodes with this role, in the order of cluster.toml."""
        return tuple(planned.node.name for planned in self.nodes if role in planned.roles)

    def only(self, role: HadoopRole) -> str | None:
        """Name of the node with a role that one node has; None where nobody does."""
        return next(iter(self.having(role)), None)

    @property
    def yarn_mb(self) -> int:
        """What YARN shares out over all nodes."""
        return sum(planned.yarn_mb for planned in self.nodes)

    def to_json(self) -> dict[str, Any]:
        """Plain data; the name is the one that `pyinfra … --json` asks for."""
        return {
            "replication": self.replication,
            "block_mb": self.block_mb,
            "min_container_mb": self.min_container_mb,
            "max_container_mb": self.max_container_mb,
            "namenode_handlers": self.namenode_handlers,
            "datanode_handlers": self.datanode_handlers,
            "yarn_mb": self.yarn_mb,
            "executors": [shape.to_json() for shape in self.executors],
            "spark": self.spark.to_json() if self.spark else None,
            "nodes": [planned.to_json() for planned in self.nodes],
        }


def make_plan(config: ClusterConfig) -> Plan:
    """The plan of this cluster; the same for the same configuration.

    Raises PlanError with all reasons where the boards cannot carry what is asked.
    """
    rooms = rooms_of(config)
    unplaced = [*overcommitted(rooms), *place_masters(config, rooms)]
    reasons = list(unplaced)
    place_driver(rooms)
    if config.hdfs.enabled:
        place_datanodes(rooms)
        reasons += too_many_replicas(config, rooms)
    if config.yarn.enabled:
        place_nodemanagers(rooms)
    nodes = tuple(map(_node, rooms))
    # Where a master found no room already, the workers' lack of it follows from that.
    if not unplaced:
        reasons += no_workers(config, rooms)
        if config.spark.enabled:
            reasons += no_jobs_of_spark(config.spark, _places(nodes))
    if reasons:
        raise PlanError(reasons)
    return _planned(config, nodes)


def _planned(config: ClusterConfig, nodes: tuple[NodePlan, ...]) -> Plan:
    datanodes = sum("datanode" in planned.roles for planned in nodes)
    largest = max(planned.yarn_mb for planned in nodes)
    return Plan(
        nodes=nodes,
        replication=config.hdfs.replication or sizing.replication(datanodes) if datanodes else 0,
        block_mb=config.hdfs.block_size_mb,
        min_container_mb=sizing.MIN_CONTAINER_MB,
        max_container_mb=sizing.max_container(largest),
        namenode_handlers=sizing.namenode_handlers(datanodes),
        datanode_handlers=sizing.DATANODE_HANDLERS,
        executors=executor_shapes((planned.yarn_mb, planned.vcores) for planned in nodes),
        spark=spark_plan(config.spark, _places(nodes)) if config.spark.enabled else None,
    )


def _places(nodes: tuple[NodePlan, ...]) -> Places:
    """Where Spark's parts can run on these nodes, whose masters all found their places."""
    (head,) = (node for node in nodes if "resourcemanager" in node.roles)
    (history,) = (node for node in nodes if "sparkhistoryserver" in node.roles)
    return Places(
        offers=tuple(Offer(node.node.name, node.yarn_mb, node.vcores) for node in nodes),
        head=head.node.name,
        history=history.node.name,
        head_has_driver=SUBMITTED_JOBS in {share.what for share in head.shares},
    )


def _node(room: Room) -> NodePlan:
    has_nodemanager = "nodemanager" in room.roles
    return NodePlan(
        node=room.node,
        roles=tuple(role for role in ROLES if role in room.roles),
        usable_mb=room.usable_mb,
        shares=tuple(room.shares),
        yarn_mb=sizing.yarn_memory(room.left_mb) if has_nodemanager else 0,
        vcores=sizing.vcores(room.node) if has_nodemanager else 0,
        rack=sizing.rack(room.node),
    )
