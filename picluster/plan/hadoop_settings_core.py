"""core-site.xml: what HDFS and YARN share. Reasons and sources: docs/hadoop-settings.md."""

from picluster.plan import hadoop_ports as ports
from picluster.plan.daemons import ROLES
from picluster.plan.hadoop_paths import RACK_OF, RACKS
from picluster.plan.hadoop_xml import CLIENT, Reader, Setting, settings_of
from picluster.plan.plan import Plan

ALL: frozenset[Reader] = frozenset({*ROLES, CLIENT})


def core_settings(plan: Plan) -> list[Setting]:
    """Those of core-site.xml, of all readers."""
    namenode = plan.only("namenode")
    table = {
        "net.topology.node.switch.mapping.impl": "org.apache.hadoop.net.TableMapping",
        "net.topology.table.file.name": RACKS,
    }
    return [
        *settings_of(
            ALL,
            {
                "fs.defaultFS": f"hdfs://{namenode}:{ports.NAMENODE_RPC}",
                "hadoop.security.authorization": True,
            },
        ),
        # A table is read once, so a board that joins later would be of no rack: the daemons ask a
        # program for each new node. What a client is told lives no longer than its job.
        *settings_of({"namenode", "resourcemanager"}, {"net.topology.script.file.name": RACK_OF}),
        *settings_of({CLIENT}, table),
    ]


def racks_file(plan: Plan) -> str:
    """The rack of each node, by its address: daemons and clients resolve names before they ask."""
    return "".join(f"{one.node.address} {one.rack}\n" for one in plan.nodes)
