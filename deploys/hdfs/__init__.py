"""HDFS: a NameNode with its SecondaryNameNode, and DataNodes on every board with room for one."""

from deploys.hdfs.deploy import apply, recover
from deploys.hdfs.places import namenode
from deploys.hdfs.refusing import refuse

__all__ = ["apply", "namenode", "recover", "refuse"]
