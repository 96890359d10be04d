"""The sections of cluster.toml, but for its nodes: what may be said, and what holds when it isn't.

The descriptions go into the JSON Schema that editors show.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from picluster.plan import spark_versions
from picluster.plan.addresses import Address, Pool, Subnet
from picluster.plan.docker_values import EngineVersion, LogSize, RegistryMirror, ServerUrl
from picluster.plan.executors import ExecutorName
from picluster.plan.image_values import ImageTag
from picluster.plan.names import Domain, Label, PackageName, UserName
from picluster.plan.paths import ComposePath, KeyPath, PasswordPath
from picluster.plan.spark_versions import SparkVersion
from picluster.plan.timezones import TimeZone

Release = Literal["bookworm", "trixie"]


class Section(BaseModel):
    """A table of cluster.toml: unknown keys are refused, types are those of TOML."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    def to_json(self) -> dict[str, Any]:
        """Plain data; the name is the one that `pyinfra … --json` asks for."""
        return self.model_dump(mode="json", by_alias=True)


def no_duplicates(values: tuple[str, ...]) -> tuple[str, ...]:
    """The values, if each stands there once. Raises ValueError otherwise."""
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f'"{value}" stands there twice; leave one')
    return values


def _not_empty(values: tuple[Release, ...]) -> tuple[Release, ...]:
    # min_length would also count out the values that are refused by themselves.
    if not values:
        raise ValueError("the list is empty; leave the key out for its default")
    return values


def _check_managers(count: int) -> int:
    if count not in (1, 3, 5, 7):
        raise ValueError(
            "must be 1, 3, 5 or 7: an even number survives no more failures "
            "than the odd one below it"
        )
    return count


class Cluster(Section):
    """The cluster as a whole."""

    name: Label = Field("picluster", description="Name of the cluster, shown in its pages.")
    domain: Domain = Field(
        "home.arpa",
        description="Domain of the nodes' full names; home.arpa is reserved for homes (RFC 8375).",
    )
    timezone: TimeZone = Field(
        "Etc/UTC",
        description="Time zone of all boards, by its IANA name.",
        examples=["Europe/Berlin"],
    )


class Network(Section):
    """The local network that the boards stand in."""

    subnet: Subnet = Field(
        description="Subnet of all nodes: first address and length of the prefix.",
        examples=["192.168.1.0/24"],
    )
    gateway: Address | None = Field(
        None,
        description="The router's address, so that no node is given it.",
        examples=["192.168.1.1"],
    )


class Ssh(Section):
    """How the boards are reached."""

    user: UserName = Field(description="User on every board, who may use sudo.", examples=["pi"])
    key: KeyPath | None = Field(
        None,
        description="Private key; without it the agent's and SSH's usual keys are tried.",
        examples=["~/.ssh/id_ed25519"],
    )
    port: int = Field(22, ge=1, le=65535, description="Port of the boards' SSH servers.")

    @property
    def key_path(self) -> Path | None:
        """The private key with `~` expanded, None where none is declared."""
        return Path(self.key).expanduser() if self.key else None


class System(Section):
    """The base system of every board."""

    release: Annotated[
        tuple[Release, ...], AfterValidator(_not_empty), AfterValidator(no_duplicates)
    ] = Field(
        ("bookworm", "trixie"),
        strict=False,
        json_schema_extra={"minItems": 1},
        description="Accepted releases of Raspberry Pi OS; a board with another one is refused.",
    )
    swap: Literal["none", "zram"] = Field(
        "none", description="Swap: none, or compressed in memory. Never on the SD card."
    )
    reboot: Literal["one-by-one", "together"] = Field(
        "one-by-one", description="How boards reboot when something asks for it."
    )
    watchdog: bool = Field(
        True, description="Whether the hardware watchdog restarts a board that hangs."
    )
    packages: Annotated[tuple[PackageName, ...], AfterValidator(no_duplicates)] = Field(
        (), strict=False, description="Debian packages of your own choice, on every board."
    )
    apt_proxy: ServerUrl | None = Field(
        None,
        description="URL of a cache of Debian packages in your network; a board that finds it "
        "closed goes to the Internet.",
        examples=["http://192.168.1.5:3142"],
    )


class Docker(Section):
    """Docker Engine."""

    source: Literal["docker-ce", "debian"] = Field(
        "docker-ce", description="Docker's own packages, or Debian's docker.io."
    )
    version: EngineVersion = Field(
        "29",
        description="Version of Docker's own packages: a major, or as exact as wished. To be left "
        "out with Debian's docker.io.",
        examples=["29", "29.1", "29.1.3"],
    )
    log_max_size: LogSize = Field(
        "10m",
        description="Size at which a container's log file is closed and the next one begun.",
        examples=["10m"],
    )
    log_max_files: int = Field(
        3, ge=1, le=100, description="How many log files are kept of each container."
    )
    registry_mirrors: Annotated[tuple[RegistryMirror, ...], AfterValidator(no_duplicates)] = Field(
        (),
        strict=False,
        description="URLs of mirrors of Docker Hub, asked before it.",
        examples=[["http://192.168.1.12:5000"]],
    )
    address_pool: Pool | None = Field(
        None,
        description="Private range that a board's container networks take their subnets (/24) "
        "from. Default: one off the local network and the Swarm's range.",
        examples=["172.30.0.0/16"],
    )


class Swarm(Section):
    """Docker Swarm."""

    managers: (
        Annotated[int, AfterValidator(_check_managers), WithJsonSchema({"enum": [1, 3, 5, 7]})]
        | None
    ) = Field(
        None,
        description="Number of managers, odd. Default: 3, or 1 with fewer than three boards.",
        examples=[3],
    )
    address_pool: Pool | None = Field(
        None,
        description="Private range that networks across boards take their subnets (/24) from; "
        "counts when the Swarm is made, not later. Default: one off the local network and "
        "Docker's range.",
        examples=["10.77.0.0/16"],
    )
    certificate_days: int = Field(
        365,
        ge=1,
        le=3650,
        description="Days that a node's certificate lives (Docker's own default: 90). A node that "
        "was off for longer must join anew.",
    )


class Portainer(Section):
    """Portainer, the web page of the Swarm."""

    enabled: bool = Field(True, description="Whether the service is set up.")
    version: ImageTag = Field(
        "2.45.0",
        description="Version of Portainer's server and agents. Raise it for an upgrade: a backup "
        "is made first.",
        examples=["2.45.0"],
    )
    admin_password_file: PasswordPath | None = Field(
        None,
        description="File on your computer whose first line is the password of the user admin. "
        "Without it one is made and kept under .picluster/.",
        examples=["~/portainer-password"],
    )


class Mirror(Section):
    """Caches of Debian packages and of images on one board."""

    enabled: bool = Field(False, description="Whether the service is set up.")
    registry: ServerUrl = Field(
        "https://registry-1.docker.io",
        description="The registry whose images are cached; the default is Docker Hub's.",
    )


class Home(Section):
    """The cluster's home page, on one board."""

    enabled: bool = Field(True, description="Whether the service is set up.")
    port: int = Field(80, ge=1, le=65535, description="Port of the home page.", examples=[8000])


class Stack(Section):
    """Services of your own in the Swarm, from a compose file."""

    name: Label = Field(description="Name of the stack, unique.", examples=["hello"])
    file: ComposePath = Field(
        description="The compose file; relative to the project's folder.",
        examples=["stacks/hello.yml"],
    )


class Hdfs(Section):
    """HDFS, the distributed file system of Hadoop."""

    enabled: bool = Field(True, description="Whether the service is set up.")
    replication: int | None = Field(
        None,
        ge=1,
        le=512,  # dfs.replication.max
        description="On how many boards each block of a file is kept. Default: 3, or as many as "
        "have a DataNode where these are fewer.",
        examples=[3],
    )
    block_size_mb: int = Field(
        32,
        ge=1,  # dfs.namenode.fs-limits.min-block-size
        le=1024,
        description="Size in MiB of the blocks that files are cut into.",
    )


class Yarn(Section):
    """YARN, which shares memory and cores out to jobs."""

    enabled: bool = Field(True, description="Whether the service is set up.")


class Spark(Section):
    """Spark on YARN."""

    enabled: bool = Field(True, description="Whether the service is set up.")
    version: SparkVersion = Field(
        spark_versions.DEFAULT, description="Version of Spark.", examples=[spark_versions.DEFAULT]
    )
    executor: ExecutorName | None = Field(
        None,
        description="Size of the executors. Default: the one of which most run at once.",
        examples=["small"],
    )
