"""What a NodeManager offers, and what of that is in use."""

from pydantic import BaseModel, ConfigDict, Field


class NodeUse(BaseModel):
    """A NodeManager: what it offers, and what of that is in use."""

    model_config = ConfigDict(extra="ignore", frozen=True, validate_by_name=True)

    host: str = Field("", alias="nodeHostName")
    state: str
    health: str = Field("", alias="healthReport")
    used_mb: int = Field(0, alias="usedMemoryMB")
    free_mb: int = Field(0, alias="availMemoryMB")
    used_vcores: int = Field(0, alias="usedVirtualCores")
    free_vcores: int = Field(0, alias="availableVirtualCores")

    @property
    def board(self) -> str:
        """Its board's name."""
        return self.host.partition(".")[0]

    @property
    def is_running(self) -> bool:
        """Whether it takes containers."""
        return self.state == "RUNNING"
