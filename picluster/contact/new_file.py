"""The first cluster.toml: the example's sections, with what first contact found out."""

from collections.abc import Collection, Sequence

import tomlkit

from picluster import project
from picluster.contact.entries import Entry
from picluster.contact.node_tables import NodeTables
from picluster.contact.pyinfra_log import Access
from picluster.contact.routes import Lan
from picluster.plan.config import default_managers

_HEADER = """\
# Made by `picluster`. After an edit, have it checked: picluster validate FILE
#
# OPTIONAL keys show their default or, where that is "none", an example behind a "#".
# The keys of a [[node]] are explained in cluster.example.toml.

"""


def example() -> str:
    """The text of cluster.example.toml, which explains every key."""
    return (project.root() / "cluster.example.toml").read_text(encoding="utf-8")


def compose(
    text: str,
    lan: Lan,
    access: Access,
    entries: Sequence[Entry],
    name: str | None = None,
    without: Collection[str] = (),
) -> str:
    """The text of a cluster.toml with these nodes.

    + text: of cluster.example.toml
    + name: of the cluster; without it the example's
    + without: services that are turned off, such as `spark`
    """
    start = text.index("[cluster]")
    document = tomlkit.parse(text[start : text.index("\n[[node]]")])
    if name is not None:
        document["cluster"]["name"] = name
    network = document["network"]
    network["subnet"] = str(lan.subnet)
    if lan.gateway:
        network["gateway"] = str(lan.gateway)
    else:
        network.remove("gateway")
    ssh = document["ssh"]
    ssh["user"] = access.user
    ssh["port"] = access.port
    if access.key:
        ssh["key"] = str(access.key)
    document["swarm"]["managers"] = default_managers(len(entries))
    for service in without:
        document[service]["enabled"] = False
    tables = NodeTables(_HEADER + tomlkit.dumps(document))
    for entry in entries:
        tables.append(entry)
    return tables.text
