"""Ports of Hadoop's daemons: the defaults of Hadoop 3.5, so that its own documentation holds."""

NAMENODE_RPC = 8020
NAMENODE_HTTP = 9870
SECONDARY_HTTP = 9868
DATANODE_DATA = 9866
DATANODE_HTTP = 9864
DATANODE_RPC = 9867
RESOURCEMANAGER_HTTP = 8088
RESOURCEMANAGER_SCHEDULER = 8030
RESOURCEMANAGER_TRACKER = 8031
RESOURCEMANAGER_CLIENT = 8032
RESOURCEMANAGER_ADMIN = 8033
NODEMANAGER_RPC = 8041
"""Hadoop's default is any free one, with which a restarted NodeManager finds no container."""
NODEMANAGER_HTTP = 8042
NODEMANAGER_LOCALIZER = 8040
"""Containers report here what of their files has arrived."""
NODEMANAGER_SHUFFLE = 13562
"""Reducers of MapReduce fetch from here what mappers made."""
HISTORY_RPC = 10020
HISTORY_ADMIN = 10033
HISTORY_HTTP = 19888
