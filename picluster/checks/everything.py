"""All checks, in the order in which they are shown."""

from picluster.checks import (
    clocks,
    daemons,
    disks,
    files,
    hdfs,
    home,
    mapreduce,
    memory,
    names,
    portainer,
    power,
    published,
    reaching,
    spark,
    swarm,
    yarn,
)
from picluster.checks.check import Check

ALL: tuple[Check, ...] = (
    reaching.CHECK,
    names.CHECK,
    clocks.CHECK,
    memory.CHECK,
    power.CHECK,
    disks.CHECK,
    home.CHECK,
    swarm.NODES,
    swarm.MANAGERS,
    published.CHECK,
    portainer.SERVER,
    portainer.AGENTS,
    daemons.CHECK,
    hdfs.SAFE_MODE,
    hdfs.DATANODES,
    hdfs.FSCK,
    files.CHECK,
    yarn.CHECK,
    mapreduce.CHECK,
    mapreduce.HISTORY,
    spark.CLIENT,
    spark.CLUSTER,
    spark.HISTORY,
    spark.PLACEMENT,
)
"""A check stands after those that it waits for."""
