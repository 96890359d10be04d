"""cluster.toml as a whole: the wish that everything else is planned from."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from picluster.plan.node import Node
from picluster.plan.power_section import Power
from picluster.plan.sections import (
    Cluster,
    Docker,
    Hdfs,
    Home,
    Mirror,
    Network,
    Portainer,
    Section,
    Spark,
    Ssh,
    Stack,
    Swarm,
    System,
    Yarn,
)
from picluster.plan.thermal_section import Thermal

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _not_empty(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    if not nodes:
        raise ValueError("no board is declared; add a [[node]] table for each board")
    return nodes


class ClusterConfig(Section):
    """What a cluster.toml wishes. Made by `load_config` or `parse_config`, never changed."""

    cluster: Cluster = Cluster()
    network: Network
    ssh: Ssh
    system: System = System()
    thermal: Thermal = Thermal()
    power: Power = Power()
    docker: Docker = Docker()
    swarm: Swarm = Swarm()
    portainer: Portainer = Portainer()
    mirror: Mirror = Mirror()
    home: Home = Home()
    hdfs: Hdfs = Hdfs()
    yarn: Yarn = Yarn()
    spark: Spark = Spark()
    stacks: tuple[Stack, ...] = Field(
        (),
        alias="stack",
        strict=False,
        description="Stacks of your own, one table each.",
    )
    nodes: Annotated[tuple[Node, ...], AfterValidator(_not_empty)] = Field(
        alias="node",
        strict=False,
        description="The boards, one table each.",
        json_schema_extra={"minItems": 1},
    )

    @property
    def managers(self) -> int:
        """How many nodes manage the Swarm: the declared number, else what the nodes allow."""
        return self.swarm.managers or default_managers(len(self.nodes))

    @property
    def cores(self) -> int:
        """Processor cores of all boards."""
        return sum(node.board.cores for node in self.nodes)

    @property
    def memory_gb(self) -> float:
        """Memory of all boards as sold, in GB."""
        return sum(node.memory_gb for node in self.nodes)


def default_managers(nodes: int) -> int:
    """Three managers survive the loss of one; two would survive none, so one it is then."""
    return 3 if nodes >= 3 else 1


def json_schema() -> dict[str, Any]:
    """JSON Schema of cluster.toml, for editors. Rules across keys are not in it."""
    schema = ClusterConfig.model_json_schema(by_alias=True)
    return {"$schema": SCHEMA_DIALECT, **schema, "title": "cluster.toml of PiCluster"}
