"""The first cluster.toml: the example's sections, with what first contact found out."""

import tomlkit

from picluster.contact.pyinfra_log import Access
from picluster.contact.routes import Lan
from picluster.plan.config import default_managers

_HEADER = """\
# Made by `picluster discover`. After an edit, have it checked: picluster validate FILE
#
# OPTIONAL keys show their default or, where that is "none", an example behind a "#".
# The keys of a [[node]] are explained in cluster.example.toml.

"""


def sections(example: str, lan: Lan, access: Access, boards: int) -> str:
    """The text of a cluster.toml up to its nodes.

    + example: text of cluster.example.toml
    + boards: how many there will be
    """
    start = example.index("[cluster]")
    document = tomlkit.parse(example[start : example.index("[[node]]")])
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
    document["swarm"]["managers"] = default_managers(boards)
    return _HEADER + tomlkit.dumps(document)
