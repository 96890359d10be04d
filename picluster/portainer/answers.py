"""What Portainer answers, as far as it is used: unknown fields are left out, so none is secret."""

from typing import TypeVar

from pydantic import AliasPath, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from picluster.portainer.errors import UnexpectedAnswerError

T = TypeVar("T")


class _Answer(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", validate_by_alias=True, validate_by_name=True
    )


class Status(_Answer):
    """What a server says to everybody."""

    version: str = Field(alias="Version")
    instance_id: str = Field(alias="InstanceID")


class Token(_Answer):
    """What a login is answered with."""

    jwt: str = Field(repr=False, min_length=1)


class Environment(_Answer):
    """Something that Portainer manages: a Docker engine, or a Swarm through its agents."""

    id: int = Field(alias="Id")
    name: str = Field(alias="Name")
    type: int = Field(alias="Type")
    """1 an engine, 2 agents, and more that are no Docker."""
    url: str = Field("", alias="URL")
    status: int = Field(0, alias="Status")
    """1 up, 2 down, as of the server's last look, which may be minutes old."""
    tls: bool = Field(False, validation_alias=AliasPath("TLSConfig", "TLS"))
    tls_skip_verify: bool = Field(False, validation_alias=AliasPath("TLSConfig", "TLSSkipVerify"))
    group_id: int = Field(0, alias="GroupId")


class Agent(_Answer):
    """An agent that the others know of."""

    address: str = Field(alias="IPAddress")
    node_name: str = Field(alias="NodeName")
    role: str = Field("", alias="NodeRole")
    """manager or worker."""


def parse(kind: type[T], content: bytes, asked: str) -> T:
    """The answer as a value of this type. Raises UnexpectedAnswerError.

    + asked: the request, for the message
    """
    if content.strip() == b"null":
        content = b"[]"  # so Go writes a list in which nothing is
    try:
        return TypeAdapter(kind).validate_json(content)
    except ValidationError as error:
        # Only where it went wrong: the error's own text quotes what stood there.
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
    at = f", at {place}" if place else ""
    raise UnexpectedAnswerError(
        f"the answer to {asked} is not Portainer's{at}: another program may listen there, or its "
        "version is not supported"
    )
