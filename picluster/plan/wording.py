"""What the daemons are called where people read of them."""

from picluster.plan.daemons import HadoopRole

TITLES: dict[HadoopRole, str] = {
    "namenode": "NameNode",
    "secondarynamenode": "SecondaryNameNode",
    "datanode": "DataNode",
    "resourcemanager": "ResourceManager",
    "nodemanager": "NodeManager",
    "historyserver": "MapReduce's history server",
    "sparkhistoryserver": "Spark's history server",
}
