"""A node: one board of the cluster, as its owner declares it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from picluster.plan.addresses import Address, Mac
from picluster.plan.boards import MODELS, Model
from picluster.plan.modelnames import ModelName
from picluster.plan.names import HostName
from picluster.plan.paths import StoragePath
from picluster.plan.sections import Section, no_duplicates

Role = Literal[
    "manager", "namenode", "resourcemanager", "secondarynamenode", "portainer", "mirror", "home"
]

SINGLE_ROLES: tuple[Role, ...] = (
    "namenode",
    "resourcemanager",
    "secondarynamenode",
    "portainer",
    "mirror",
    "home",
)
"""Roles that one node of the cluster has, and no second."""


class Node(Section):
    """One board. What is declared here is checked against the board before it is changed."""

    name: HostName = Field(description="Host name, unique.", examples=["pi8"])
    address: Address = Field(
        description="Static IPv4 address in the subnet, unique.", examples=["192.168.1.11"]
    )
    model: ModelName = Field(description="Model of the board.", examples=["4B"])
    memory_gb: float = Field(
        allow_inf_nan=False,
        gt=0,
        description="Memory as sold, in GB; 0.5 for a Zero 2 W.",
        examples=[8],
    )
    mac: Mac | None = Field(
        None,
        description="MAC address of the wired port, unique; any usual spelling.",
        examples=["dc:a6:32:01:02:03"],
    )
    storage: StoragePath | None = Field(
        None,
        description="Mount point of a disk for data; without it data goes to the SD card.",
        examples=["/srv/ssd"],
    )
    roles: Annotated[tuple[Role, ...], AfterValidator(no_duplicates)] = Field(
        (), strict=False, description="Roles pinned to this node; the others are planned."
    )
    reserve_mb: int | None = Field(
        None,
        ge=0,
        description="Memory in MiB that is kept free on this node for your own stacks and "
        "programs. Default: by the memory of the board, 384 with 8 GB and none with 1 GB.",
        examples=[256],
    )
    availability: Literal["active", "pause", "drain"] = Field(
        "active",
        description="What the Swarm runs here: active takes tasks, pause takes no new ones, drain "
        "takes all off, also those of global services such as Portainer's agent.",
    )

    @property
    def board(self) -> Model:
        """What the hardware of this model is."""
        return MODELS[self.model]

    @property
    def memory_mb(self) -> int:
        """Memory as sold, in MiB."""
        return round(self.memory_gb * 1024)
