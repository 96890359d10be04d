"""Checks across the keys of [home]: its port is no other service's."""

from collections.abc import Iterator

from picluster.plan import hadoop_ports, mirror, portainer, spark_ports
from picluster.plan.draft import Draft
from picluster.plan.problems import Finding

_TAKEN: dict[int, str] = {
    portainer.PORT: "Portainer's page",
    mirror.REGISTRY_PORT: "the mirror's images",
    mirror.FETCH_PORT: "the mirror itself",
    mirror.APT_PORT: "the mirror's packages",
    # Docker's documentation, "Open protocols and ports between the hosts" of a Swarm.
    2377: "the Swarm's managers",
    7946: "the Swarm's nodes",
    # rsync's, by which boards fetch Hadoop and Spark from one of them.
    8873: "the server of Hadoop's and Spark's programs",
    hadoop_ports.NAMENODE_RPC: "the NameNode",
    hadoop_ports.NAMENODE_HTTP: "the NameNode's page",
    hadoop_ports.SECONDARY_HTTP: "the SecondaryNameNode's page",
    hadoop_ports.DATANODE_DATA: "the DataNodes",
    hadoop_ports.DATANODE_HTTP: "the DataNodes' pages",
    hadoop_ports.DATANODE_RPC: "the DataNodes",
    **dict.fromkeys(range(8030, 8034), "the ResourceManager"),
    hadoop_ports.RESOURCEMANAGER_HTTP: "the ResourceManager's page",
    **dict.fromkeys((8040, hadoop_ports.NODEMANAGER_RPC), "the NodeManagers"),
    hadoop_ports.NODEMANAGER_HTTP: "the NodeManagers' pages",
    hadoop_ports.HISTORY_RPC: "MapReduce's history server",
    hadoop_ports.HISTORY_ADMIN: "MapReduce's history server",
    hadoop_ports.HISTORY_HTTP: "the page of MapReduce's history server",
    spark_ports.HISTORY_HTTP: "the page of Spark's history server",
}
"""Whether or not the service is on: what is switched on later must not fail for a port."""


def home_checks(draft: Draft) -> Iterator[Finding]:
    """All findings of these checks."""
    port = draft.home_port
    if port is None or draft.enabled["home"] is False:
        return
    taken = "SSH" if port == draft.ssh_port else _TAKEN.get(port)
    if taken is not None:
        text = f"{port} is the port of {taken}; take another one, such as 80 or 8000"
        yield Finding(("home", "port"), text)


def taken_ports() -> frozenset[int]:
    """Those of the cluster's own services, but for SSH's."""
    return frozenset(_TAKEN)
