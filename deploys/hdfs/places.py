"""Where HDFS's parts are, as the plan has it."""

from pyinfra import host, inventory

from deploys.hdfs import settings
from deploys.roles import hosts
from operations.hdfs_found import Where
from picluster.plan.hadoop_paths import data_folder, name_folder
from picluster.plan.hdfs_directories import spark_directories, yarn_directories


def namenode() -> Where | None:
    """Where the NameNode is; None where the plan has no HDFS. YARN's and Spark's
    directories are among its."""
    plan = host.data.plan
    name = plan.only("namenode")
    if name is None:
        return None
    node = plan.node(name).node
    yarn = () if plan.only("resourcemanager") is None else yarn_directories()
    spark = () if plan.spark is None else spark_directories()
    own = settings.directories(plan, host.data.cluster.ssh.user)
    return Where(
        host=hosts()[name],
        address=str(node.address),
        folder=name_folder(node),
        directories=(*own, *yarn, *spark),
    )


def folders() -> dict[str, str]:
    """Name of each host to the folder that its data is to lie in."""
    return {other.name: data_folder(other.data.node) for other in inventory}


def datanodes() -> dict[str, str]:
    """Name of each host that is to have a DataNode to its address."""
    plan, named = host.data.plan, hosts()
    return {named[name]: str(plan.node(name).node.address) for name in plan.having("datanode")}
