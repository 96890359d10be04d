"""What HDFS tells of a file or folder."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["FILE", "DIRECTORY", "SYMLINK"]


class FileStatus(BaseModel):
    """A file or folder in HDFS."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    name: str = Field(alias="pathSuffix")
    """Within its folder; empty for the one that was asked for."""
    kind: Kind = Field(alias="type")
    length: int
    """In bytes; 0 for a folder."""
    owner: str
    group: str
    permission: str
    """Octal digits without a leading zero."""
    replication: int
    """0 for a folder."""
    block_size: int = Field(alias="blockSize")
    """In bytes; 0 for a folder."""
    modified_ms: int = Field(alias="modificationTime")
    """Milliseconds since 1970, UTC."""

    @property
    def is_folder(self) -> bool:
        """Whether there can be others in it."""
        return self.kind == "DIRECTORY"

    def to_json(self) -> dict[str, Any]:
        """Plain data, by the names of this class."""
        return self.model_dump(mode="json")
