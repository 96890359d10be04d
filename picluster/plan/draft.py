"""What is right in a file that may hold errors.

Checks across keys work on a draft, so that one misspelt key does not hide a duplicate address:
all problems of a file are told at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from picluster.plan.config import default_managers
from picluster.plan.node import Node
from picluster.plan.sections import (
    Docker,
    Hdfs,
    Home,
    Network,
    Section,
    Spark,
    Ssh,
    Stack,
    Swarm,
    Yarn,
)
from picluster.plan.thermal import HEATED, HeatedBand
from picluster.plan.thermal_section import Thermal


@dataclass(frozen=True, slots=True)
class DraftNode:
    """The valid values of a node; None for a key that is missing or wrong."""

    name: str | None
    address: IPv4Address | None
    model: str | None
    memory_gb: float | None
    mac: str | None
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """The valid values that checks across keys need."""

    subnet: IPv4Network | None
    gateway: IPv4Address | None
    managers: int | None
    """How many are wanted, declared or by default; None where the declared number is wrong."""
    docker_source: str | None
    """Declared or by default; None where the declared one is wrong."""
    has_docker_version: bool
    """Whether one is written, right or wrong."""
    docker_pool: IPv4Network | None
    swarm_pool: IPv4Network | None
    """Declared ones, without those that are planned."""
    stack_names: tuple[str | None, ...]
    home_port: int | None
    ssh_port: int | None
    """Declared or by default; None where the declared one is wrong."""
    enabled: Mapping[str, bool | None]
    """Of hdfs, yarn, spark and home; by default True, None where the declared value is wrong."""
    thermal: Mapping[HeatedBand, Mapping[str, Any]]
    """Of each table below [thermal], declared or by default; a wrong value's key is not there."""
    nodes: tuple[DraftNode, ...]

    def called(self, index: int) -> str:
        """A node as messages call it: by its place in the file, and by its name if it has one."""
        known = index < len(self.nodes) and self.nodes[index].name
        return f"node[{index}] ({known})" if known else f"node[{index}]"


def draft_of(data: Mapping[str, object]) -> Draft:
    """The draft of a file's data, whatever it holds."""
    network = dict(_valid(Network, data.get("network")))
    docker_table = data.get("docker")
    written = docker_table.keys() if isinstance(docker_table, Mapping) else ()
    docker = dict(_valid(Docker, docker_table))
    swarm = dict(_valid(Swarm, data.get("swarm")))
    nodes = tuple(map(_node_of, _tables(data.get("node"))))
    return Draft(
        subnet=network.get("subnet"),
        gateway=network.get("gateway"),
        managers=_managers_of(data.get("swarm"), len(nodes)),
        docker_source=docker.get("source") if "source" in written else Docker().source,
        has_docker_version="version" in written,
        docker_pool=docker.get("address_pool"),
        swarm_pool=swarm.get("address_pool"),
        stack_names=tuple(
            dict(_valid(Stack, table)).get("name") for table in _tables(data.get("stack"))
        ),
        home_port=_port(Home, data.get("home"), Home().port),
        ssh_port=_port(Ssh, data.get("ssh"), 22),
        enabled={
            name: _enabled(section, data.get(name))
            for name, section in (
                ("hdfs", Hdfs),
                ("yarn", Yarn),
                ("spark", Spark),
                ("home", Home),
            )
        },
        thermal={band: _band(band, data.get("thermal")) for band in HEATED},
        nodes=nodes,
    )


def _band(band: HeatedBand, table: object) -> Mapping[str, Any]:
    default: Section = getattr(Thermal(), band)
    declared = table.get(band, {}) if isinstance(table, Mapping) else {}
    written = declared if isinstance(declared, Mapping) else {}
    values = {key: value for key, value in dict(default).items() if key not in written}
    return values | dict(_valid(type(default), written))


def _port(section: type[Section], table: object, default: int) -> int | None:
    values: dict[str, Any] = dict(_valid(section, table))
    if isinstance(table, Mapping) and "port" in table:
        return values.get("port")
    return default


def _enabled(section: type[Section], table: object) -> bool | None:
    values: dict[str, Any] = dict(_valid(section, table))
    if isinstance(table, Mapping) and "enabled" in table:
        return values.get("enabled")
    return True


def _tables(found: object) -> Sequence[object]:
    return found if isinstance(found, list | tuple) else ()


def _managers_of(table: object, nodes: int) -> int | None:
    if isinstance(table, Mapping) and "managers" in table:
        return dict(_valid(Swarm, table)).get("managers")
    return default_managers(nodes)


def _node_of(table: object) -> DraftNode:
    values = dict(_valid(Node, table))
    return DraftNode(
        name=values.get("name"),
        address=values.get("address"),
        model=values.get("model"),
        memory_gb=values.get("memory_gb"),
        mac=values.get("mac"),
        roles=values.get("roles", ()),
    )


def _valid(section: type[Section], table: object) -> Iterator[tuple[str, Any]]:
    if not isinstance(table, Mapping):
        return
    for key, adapter in _adapters(section).items():
        try:
            yield key, adapter.validate_python(table[key])
        except (KeyError, ValidationError):
            continue


@cache
def _adapters(section: type[Section]) -> dict[str, TypeAdapter[Any]]:
    return {
        key: TypeAdapter(field.rebuild_annotation(), config=ConfigDict(strict=True))
        for key, field in section.model_fields.items()
    }
